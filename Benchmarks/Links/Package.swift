// swift-tools-version: 6.3
// SPDX-License-Identifier: Apache-2.0

import PackageDescription

// Beside the package, not in it; Benchmarks/Links/run builds it.
let package = Package(
    name: "LinkBenchmark",
    dependencies: [.package(name: "cartload", path: "../..")],
    targets: [
        .executableTarget(
            name: "LinkBenchmark",
            dependencies: [
                .product(name: "CartloadCore", package: "cartload"),
                .product(name: "CartloadExpressions", package: "cartload"),
                .product(name: "CartloadFiles", package: "cartload"),
                .product(name: "CartloadFlow", package: "cartload"),
            ], path: "Sources", swiftSettings: [.swiftLanguageMode(.v6)])
    ]
)
