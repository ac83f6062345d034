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
        .library(name: "CartloadStorage", targets: ["CartloadStorage"]),
        .library(name: "CartloadFormats", targets: ["CartloadFormats"]),
        .library(name: "CartloadTesting", targets: ["CartloadTesting"]),
    ],
    targets: [
        .target(
            name: "CSimdjson", path: "Sources/C/CSimdjson", linkerSettings: [.linkedLibrary("simdjson")]),
        .target(name: "CartloadCore", dependencies: ["CSimdjson"], swiftSettings: strict),
        .systemLibrary(name: "CISAL", path: "Sources/C/CISAL", providers: [.apt(["libisal-dev"])]),
        .systemLibrary(name: "CDeflate", path: "Sources/C/CDeflate", providers: [.apt(["libdeflate-dev"])]),
        .systemLibrary(name: "CZstd", path: "Sources/C/CZstd", providers: [.apt(["libzstd-dev"])]),
        .target(name: "CByteScan", path: "Sources/C/CByteScan"),
        .target(name: "CartloadStorage", dependencies: ["CartloadCore"], swiftSettings: strict),
        .target(
            name: "CartloadFormats", dependencies: ["CartloadCore", "CByteScan", "CISAL", "CDeflate", "CZstd"],
            swiftSettings: strict),
        .target(name: "CartloadTesting", dependencies: ["CartloadCore", "CartloadFormats"], swiftSettings: strict),
        .testTarget(
            name: "CartloadStorageTests", dependencies: ["CartloadCore", "CartloadStorage"], swiftSettings: strict),
        .testTarget(
            name: "CartloadFormatsTests",
            dependencies: ["CartloadCore", "CartloadStorage", "CartloadFormats", "CartloadTesting"], swiftSettings: strict),
        .testTarget(name: "CartloadCoreTests", dependencies: ["CartloadCore"], swiftSettings: strict),
    ],
    cxxLanguageStandard: .cxx17
)
