// swift-tools-version: 6.3
// SPDX-License-Identifier: Apache-2.0

import PackageDescription

// Built by Scripts/fuzz-singer, which adds the sanitizers to every module.
let package = Package(
    name: "fuzz-singer",
    dependencies: [.package(name: "cartload", path: "../..")],
    targets: [
        .executableTarget(
            name: "FuzzSinger",
            dependencies: [
                .product(name: "CartloadCore", package: "cartload"),
                .product(name: "CartloadFlow", package: "cartload"),
                .product(name: "CartloadFormats", package: "cartload"),
                .product(name: "CartloadSinger", package: "cartload"),
                .product(name: "CartloadTesting", package: "cartload"),
            ])
    ]
)
