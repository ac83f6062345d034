// swift-tools-version: 6.3
// SPDX-License-Identifier: Apache-2.0

import PackageDescription

/// Every target compiles under these; `Sources/*/LanguageMode.swift` refuses to build when one of them is misspelt and so silently off.
let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .enableUpcomingFeature("InferIsolatedConformances"),
    .treatAllWarnings(as: .error),
]

let package = Package(
    name: "cartload",
    products: [
        .library(name: "CartloadCore", targets: ["CartloadCore"]),
        .library(name: "CartloadExpressions", targets: ["CartloadExpressions"]),
        .library(name: "CartloadFlow", targets: ["CartloadFlow"]),
        .library(name: "CartloadTesting", targets: ["CartloadTesting"]),
    ],
    targets: [
        .target(
            name: "CSimdjson", path: "Sources/C/CSimdjson", linkerSettings: [.linkedLibrary("simdjson")]),
        .target(name: "CRE2", path: "Sources/C/CRE2", linkerSettings: [.linkedLibrary("re2")]),
        .systemLibrary(
            name: "CCrypto", path: "Sources/C/CCrypto", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
        .target(name: "CartloadCore", dependencies: ["CSimdjson"], swiftSettings: strict),
        .target(
            name: "CartloadExpressions", dependencies: ["CartloadCore", "CRE2", "CCrypto"], swiftSettings: strict),
        .target(
            name: "CartloadFlow", dependencies: ["CartloadCore", "CartloadExpressions", "CCrypto"],
            swiftSettings: strict),
        .target(name: "CartloadTesting", dependencies: ["CartloadCore"], swiftSettings: strict),
        .testTarget(
            name: "CartloadExpressionsTests", dependencies: ["CartloadExpressions", "CartloadCore"],
            swiftSettings: strict),
        .testTarget(
            name: "CartloadFlowTests",
            dependencies: ["CartloadFlow", "CartloadExpressions", "CartloadTesting", "CartloadCore"],
            swiftSettings: strict),
        .testTarget(name: "CartloadCoreTests", dependencies: ["CartloadCore"], swiftSettings: strict),
    ],
    cxxLanguageStandard: .cxx17
)
