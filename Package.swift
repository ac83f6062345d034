// swift-tools-version: 6.3
// SPDX-License-Identifier: Apache-2.0

import PackageDescription

/// Every target compiles under these; `Sources/CartloadCore/LanguageMode.swift` refuses to build when one of them is
/// misspelt and so silently off.
let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .enableUpcomingFeature("InferIsolatedConformances"),
    .treatAllWarnings(as: .error),
]

func library(
    _ name: String, in folder: String = "Sources", resources: [Resource] = [], _ dependencies: [Target.Dependency]
) -> Target {
    .target(
        name: name, dependencies: dependencies, path: "\(folder)/\(name)", resources: resources, swiftSettings: strict)
}

func tests(_ name: String, exclude: [String] = [], _ dependencies: [Target.Dependency]) -> Target {
    .testTarget(
        name: "\(name)Tests", dependencies: dependencies + ["TestSupport"], exclude: exclude, swiftSettings: strict)
}

func system(_ name: String, _ package: String, pkgConfig: String? = nil) -> Target {
    .systemLibrary(name: name, path: "Sources/C/\(name)", pkgConfig: pkgConfig, providers: [.apt([package])])
}

func shim(_ name: String, links libraries: [String] = []) -> Target {
    .target(name: name, path: "Sources/C/\(name)", linkerSettings: libraries.map { .linkedLibrary($0) })
}

let package = Package(
    name: "cartload",
    products: [
        .library(name: "CartloadCore", targets: ["CartloadCore"]),
        .library(name: "CartloadStorage", targets: ["CartloadStorage"]),
        .library(name: "CartloadFormats", targets: ["CartloadFormats"]),
        .library(name: "CartloadConfiguration", targets: ["CartloadConfiguration"]),
        .library(name: "CartloadExpressions", targets: ["CartloadExpressions"]),
        .library(name: "CartloadFlow", targets: ["CartloadFlow"]),
        .library(name: "CartloadFiles", targets: ["CartloadFiles"]),
        .library(name: "CartloadSQLite", targets: ["CartloadSQLite"]),
        .library(name: "CartloadHTTP", targets: ["CartloadHTTP"]),
        .library(name: "CartloadHTTPAPI", targets: ["CartloadHTTPAPI"]),
        .library(name: "CartloadTrial", targets: ["CartloadTrial"]),
        .library(name: "CartloadProcess", targets: ["CartloadProcess"]),
        .library(name: "CartloadPrograms", targets: ["CartloadPrograms"]),
        .library(name: "CartloadSinger", targets: ["CartloadSinger"]),
        .library(name: "CartloadAirbyte", targets: ["CartloadAirbyte"]),
        .library(name: "CartloadCommands", targets: ["CartloadCommands"]),
        .library(name: "CartloadCompute", targets: ["CartloadCompute"]),
        .library(name: "CartloadStores", targets: ["CartloadStores"]),
        .library(name: "CartloadServices", targets: ["CartloadServices"]),
        .library(name: "CartloadAPI", targets: ["CartloadAPI"]),
        .library(name: "CartloadServer", targets: ["CartloadServer"]),
        .library(name: "CartloadClient", targets: ["CartloadClient"]),
        .library(name: "CartloadServiceCalls", targets: ["CartloadServiceCalls"]),
        .library(name: "CartloadTesting", targets: ["CartloadTesting"]),
        .executable(name: "cartload", targets: ["cartload"]),
    ],
    targets: [
        // C and C++: one target for each system library.
        shim("CByteScan"),
        system("CCrypto", "libssl-dev", pkgConfig: "libcrypto"),
        shim("CCurl"),
        system("CDeflate", "libdeflate-dev"),
        system("CISAL", "libisal-dev"),
        shim("CHTTP", links: ["ssl", "crypto"]),
        shim("CMemory"),
        shim("CFileSystem"),
        shim("CRE2", links: ["re2"]),
        shim("CSimdjson", links: ["simdjson", "re2"]),
        shim("CSpawn"),
        system("CSQLite", "libsqlite3-dev"),
        system("CYAML", "libyaml-dev"),
        system("CZstd", "libzstd-dev"),

        library("CartloadCore", ["CSimdjson"]),
        library("CartloadStorage", ["CartloadCore", "CCurl", "CCrypto", "CFileSystem"]),
        library("CartloadFormats", ["CartloadCore", "CByteScan", "CISAL", "CDeflate", "CZstd"]),
        library("CartloadConfiguration", ["CartloadCore", "CYAML"]),
        library("CartloadExpressions", ["CartloadCore", "CRE2", "CCrypto"]),
        library("CartloadHTTP", ["CartloadCore", "CHTTP", "CISAL"]),
        library("SQLiteDatabase", ["CartloadCore", "CSQLite"]),
        library("CartloadFlow", ["CartloadCore", "CartloadExpressions", "SQLiteDatabase", "CCrypto"]),
        library(
            "CartloadFiles", in: "Sources/Connectors", ["CartloadCore", "CartloadStorage", "CartloadFormats"]),
        library("CartloadSQLite", in: "Sources/Connectors", ["CartloadCore", "SQLiteDatabase", "CSQLite"]),
        library(
            "CartloadHTTPAPI", in: "Sources/Connectors",
            ["CartloadCore", "CartloadStorage", "CartloadFormats", "CartloadConfiguration"]),
        library("CartloadTrial", in: "Sources/Connectors", ["CartloadCore", "CartloadExpressions"]),
        library(
            "CartloadSinger", ["CartloadCore", "CartloadStorage", "CartloadFormats", "CartloadFlow", "CartloadProcess"]),
        library("CartloadAirbyte", ["CartloadCore", "CartloadFormats", "CartloadFlow", "CartloadProcess"]),
        library("CartloadProcess", ["CartloadCore", "CSpawn"]),
        library("CartloadPrograms", ["CartloadCore", "CartloadFormats", "CartloadFlow", "CartloadProcess"]),
        library("CartloadCompute", ["CartloadCore", "CCrypto"]),
        library(
            "CartloadStores", ["CartloadCore", "CartloadCompute", "SQLiteDatabase", "CSQLite", "CISAL", "CZstd"]),
        library(
            "CartloadServices",
            ["CartloadCore", "CartloadCompute", "CartloadConfiguration", "CartloadProcess"]),
        // Its description of the API is part of the program, which is one file.
        .target(
            name: "CartloadAPI", dependencies: ["CartloadCore"], resources: [.embedInCode("Resources/openapi.json")],
            swiftSettings: strict),
        library("CartloadClient", ["CartloadCore", "CartloadAPI", "CartloadStorage"]),
        library(
            "CartloadServer",
            resources: ["dashboard.html", "dashboard.css", "before-paint.js", "dashboard.js", "favicon.svg"].map {
                .embedInCode("Dashboard/\($0)")
            },
            [
                "CartloadCore", "CartloadAPI", "CartloadCompute", "CartloadConfiguration", "CartloadHTTP",
                "CartloadServices", "CartloadStores", "CCrypto",
            ]),
        library(
            "CartloadServiceCalls",
            [
                "CartloadCore", "CartloadFlow", "CartloadCompute", "CartloadServices", "CartloadAPI", "CartloadClient",
            ]),
        library("CartloadTesting", ["CartloadCore", "CartloadFormats", "CartloadFlow", "CartloadCompute"]),
        library(
            "CartloadCommands",
            [
                "CartloadCore", "CartloadConfiguration", "CartloadExpressions", "CartloadFlow", "CartloadFormats",
                "CartloadStorage", "CartloadFiles", "CartloadSQLite", "CartloadHTTPAPI", "CartloadTrial",
                "CartloadSinger", "CartloadAirbyte", "CartloadProcess", "CartloadPrograms", "CartloadCompute",
                "CartloadServices", "CartloadStores", "CartloadHTTP", "CartloadAPI", "CartloadServer",
                "CartloadClient", "CartloadServiceCalls", "SQLiteDatabase", "CMemory",
            ]),
        .executableTarget(name: "cartload", dependencies: ["CartloadCommands", "CMemory"], swiftSettings: strict),

        // What the tests of several targets need: folders that go away, expected texts, ports on loopback.
        library("TestSupport", in: "Tests", ["CartloadCore", "CartloadTesting", "SQLiteDatabase"]),

        tests("CartloadCore", ["CartloadCore", "CartloadTesting"]),
        tests("CartloadStorage", ["CartloadCore", "CartloadStorage", "CartloadTesting"]),
        tests("CartloadFormats", ["CartloadCore", "CartloadStorage", "CartloadFormats", "CartloadTesting"]),
        tests("CartloadConfiguration", ["CartloadConfiguration", "CartloadCore", "CartloadTesting"]),
        tests("CartloadExpressions", ["CartloadExpressions", "CartloadCore", "CartloadTesting"]),
        tests("CartloadHTTP", ["CartloadHTTP", "CartloadCore", "CartloadTesting"]),
        tests("SQLiteDatabase", ["SQLiteDatabase", "CartloadCore"]),
        tests("CartloadFlow", ["CartloadFlow", "CartloadExpressions", "CartloadTesting", "CartloadCore"]),
        tests(
            "CartloadFiles",
            ["CartloadFiles", "CartloadFlow", "CartloadFormats", "CartloadStorage", "CartloadTesting", "CartloadCore"]),
        tests(
            "CartloadHTTPAPI",
            [
                "CartloadHTTPAPI", "CartloadConfiguration", "CartloadFormats", "CartloadStorage", "CartloadFlow",
                "CartloadTesting", "CartloadCore",
            ]),
        tests(
            "CartloadTrial",
            ["CartloadTrial", "CartloadExpressions", "CartloadFlow", "CartloadTesting", "CartloadCore"]),
        tests(
            "CartloadSinger", exclude: ["Golden"],
            [
                "CartloadSinger", "CartloadFlow", "CartloadFiles", "CartloadSQLite", "SQLiteDatabase",
                "CartloadFormats", "CartloadStorage", "CartloadTesting", "CartloadCore",
            ]),
        tests(
            "CartloadAirbyte", exclude: ["Golden"],
            [
                "CartloadAirbyte", "CartloadFlow", "CartloadFiles", "CartloadSQLite", "SQLiteDatabase",
                "CartloadTesting", "CartloadCore",
            ]),
        tests("CartloadProcess", ["CartloadProcess", "CartloadCore"]),
        tests(
            "CartloadPrograms",
            ["CartloadPrograms", "CartloadFlow", "CartloadProcess", "CartloadTesting", "CartloadCore"]),
        tests("CartloadCompute", exclude: ["Golden"], ["CartloadCompute", "CartloadTesting", "CartloadCore"]),
        tests(
            "CartloadStores", exclude: ["Golden"],
            ["CartloadStores", "CartloadCompute", "SQLiteDatabase", "CartloadTesting", "CartloadCore"]),
        tests(
            "CartloadServices",
            ["CartloadServices", "CartloadCompute", "CartloadProcess", "CartloadTesting", "CartloadCore"]),
        tests(
            "CartloadServer", exclude: ["Golden"],
            [
                "CartloadServer", "CartloadAPI", "CartloadCompute", "CartloadConfiguration", "CartloadHTTP",
                "CartloadStores", "CartloadTesting", "CartloadCore",
            ]),
        tests(
            "CartloadServiceCalls",
            [
                "CartloadServiceCalls", "CartloadServer", "CartloadServices", "CartloadCompute", "CartloadClient",
                "CartloadHTTP", "CartloadFlow", "CartloadTesting", "CartloadCore",
            ]),
        tests("CartloadSQLite", ["CartloadSQLite", "SQLiteDatabase", "CartloadTesting", "CartloadCore"]),
        tests(
            "CartloadCommands", exclude: ["Golden"],
            [
                "CartloadCommands", "CartloadConfiguration", "CartloadFlow", "CartloadCore", "CartloadFormats",
                "CartloadStorage", "CartloadTesting",
            ]),
        tests("CartloadAPI", ["CartloadAPI", "CartloadCore"]),
        tests(
            "CartloadClient",
            [
                "CartloadClient", "CartloadAPI", "CartloadServer", "CartloadServices", "CartloadCompute",
                "CartloadHTTP",
                "CartloadCore",
            ]),
        tests("Integration", ["cartload", "SQLiteDatabase", "CartloadTesting", "CartloadCore"]),
        tests(
            "BadInput", exclude: ["Golden"],
            ["CartloadFiles", "CartloadSQLite", "CartloadFlow", "CartloadTesting", "CartloadCore"]),
        tests("Tidy", ["CartloadCommands", "CartloadCore"]),
    ],
    cxxLanguageStandard: .cxx17
)
