// swift-tools-version: 6.3
// SPDX-License-Identifier: Apache-2.0

import PackageDescription

// Built by Scripts/fuzz-chunks, which adds the sanitizers to every module.
let package = Package(
    name: "fuzz-chunks",
    dependencies: [.package(name: "cartload", path: "../..")],
    targets: [
        .executableTarget(
            name: "FuzzChunks",
            dependencies: [
                .product(name: "CartloadCore", package: "cartload"),
                .product(name: "CartloadCompute", package: "cartload"),
            ])
    ]
)
