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
    ],
    targets: [
        .target(
            name: "CSimdjson", path: "Sources/C/CSimdjson", linkerSettings: [.linkedLibrary("simdjson"), .linkedLibrary("re2")]),
        .target(name: "CartloadCore", dependencies: ["CSimdjson"], swiftSettings: strict),
        .testTarget(name: "CartloadCoreTests", dependencies: ["CartloadCore"], swiftSettings: strict),
    ],
    cxxLanguageStandard: .cxx17
)
