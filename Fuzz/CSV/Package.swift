// swift-tools-version: 6.3
// SPDX-License-Identifier: Apache-2.0

import PackageDescription

// Built by Scripts/fuzz-csv, which adds the sanitizers to every module.
let package = Package(
    name: "fuzz-csv",
    dependencies: [.package(name: "cartload", path: "../..")],
    targets: [
        .executableTarget(
            name: "FuzzCSV",
            dependencies: [
                .product(name: "CartloadCore", package: "cartload"),
                .product(name: "CartloadFormats", package: "cartload"),
                .product(name: "CartloadTesting", package: "cartload"),
            ])
    ]
)
