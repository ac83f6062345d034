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
        .library(name: "CartloadSQLite", targets: ["CartloadSQLite"]),
        .library(name: "CartloadFlow", targets: ["CartloadFlow"]),
        .library(name: "CartloadTesting", targets: ["CartloadTesting"]),
    ],
    targets: [
        .target(
            name: "CSimdjson", path: "Sources/C/CSimdjson", linkerSettings: [.linkedLibrary("simdjson")]),
        .target(name: "CartloadCore", dependencies: ["CSimdjson"], swiftSettings: strict),
        .systemLibrary(name: "CSQLite", path: "Sources/C/CSQLite", providers: [.apt(["libsqlite3-dev"])]),
        .target(name: "SQLiteDatabase", dependencies: ["CartloadCore", "CSQLite"], swiftSettings: strict),
        .target(
            name: "CartloadSQLite", dependencies: ["CartloadCore", "SQLiteDatabase", "CSQLite"],
            path: "Sources/Connectors/CartloadSQLite", swiftSettings: strict),
        .target(name: "CartloadFlow", dependencies: ["CartloadCore", "SQLiteDatabase"], swiftSettings: strict),
        .target(name: "CartloadTesting", dependencies: ["CartloadCore", "CartloadFlow"], swiftSettings: strict),
        .testTarget(
            name: "SQLiteDatabaseTests", dependencies: ["SQLiteDatabase", "CartloadCore"], swiftSettings: strict),
        .testTarget(
            name: "CartloadSQLiteTests",
            dependencies: ["CartloadSQLite", "SQLiteDatabase", "CartloadTesting", "CartloadCore"],
            swiftSettings: strict),
        .testTarget(
            name: "CartloadFlowTests", dependencies: ["CartloadFlow", "CartloadTesting", "CartloadCore"],
            swiftSettings: strict),
        .testTarget(name: "CartloadCoreTests", dependencies: ["CartloadCore"], swiftSettings: strict),
    ],
    cxxLanguageStandard: .cxx17
)
