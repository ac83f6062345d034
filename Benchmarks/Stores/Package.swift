// swift-tools-version: 6.3
// SPDX-License-Identifier: Apache-2.0

import PackageDescription

// Beside the package, not in it; Benchmarks/Stores/run builds it.
let package = Package(
    name: "StoreBenchmark",
    dependencies: [.package(name: "cartload", path: "../..")],
    targets: [
        .executableTarget(
            name: "StoreBenchmark",
            dependencies: [
                .product(name: "CartloadCore", package: "cartload"),
                .product(name: "CartloadCompute", package: "cartload"),
                .product(name: "CartloadStores", package: "cartload"),
            ], path: "Sources", swiftSettings: [.swiftLanguageMode(.v6)])
    ]
)
