// swift-tools-version: 6.3
// SPDX-License-Identifier: Apache-2.0

import PackageDescription

// Built by Scripts/fuzz-http, which adds the sanitizers to every module.
let package = Package(
    name: "fuzz-http",
    dependencies: [.package(name: "cartload", path: "../..")],
    targets: [
        .executableTarget(
            name: "FuzzHTTP",
            dependencies: [
                .product(name: "CartloadCore", package: "cartload"),
                .product(name: "CartloadHTTP", package: "cartload"),
            ])
    ]
)
