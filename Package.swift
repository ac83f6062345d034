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
        .library(name: "CartloadConfiguration", targets: ["CartloadConfiguration"]),
        .library(name: "CartloadFlow", targets: ["CartloadFlow"]),
        .executable(name: "cartload", targets: ["cartload"]),
    ],
    targets: [
        .target(
            name: "CSimdjson", path: "Sources/C/CSimdjson", linkerSettings: [.linkedLibrary("simdjson")]),
        .systemLibrary(name: "CYAML", path: "Sources/C/CYAML", providers: [.apt(["libyaml-dev"])]),
        .target(name: "CartloadCore", dependencies: ["CSimdjson"], swiftSettings: strict),
        .target(name: "CartloadConfiguration", dependencies: ["CartloadCore", "CYAML"], swiftSettings: strict),
        .target(name: "CartloadFlow", dependencies: ["CartloadCore"], swiftSettings: strict),
        .target(
            name: "CartloadCommands", dependencies: ["CartloadCore", "CartloadConfiguration", "CartloadFlow"],
            swiftSettings: strict),
        .executableTarget(name: "cartload", dependencies: ["CartloadCommands"], swiftSettings: strict),
        .testTarget(name: "CartloadCoreTests", dependencies: ["CartloadCore"], swiftSettings: strict),
        .testTarget(
            name: "CartloadConfigurationTests", dependencies: ["CartloadConfiguration", "CartloadCore"],
            swiftSettings: strict),
        .testTarget(name: "CartloadFlowTests", dependencies: ["CartloadFlow", "CartloadCore"], swiftSettings: strict),
        .testTarget(
            name: "CartloadCommandsTests",
            dependencies: ["CartloadCommands", "CartloadConfiguration", "CartloadFlow", "CartloadCore"],
            exclude: ["Golden"], swiftSettings: strict),
        .testTarget(name: "TidyTests", dependencies: ["CartloadCommands", "CartloadCore"], swiftSettings: strict),
    ],
    cxxLanguageStandard: .cxx17
)
