// swift-tools-version: 6.3
// SPDX-License-Identifier: Apache-2.0

import PackageDescription

// Beside the package, not in it; Benchmarks/HTTP/run builds it.
let package = Package(
    name: "HTTPBenchmark",
    dependencies: [.package(name: "cartload", path: "../..")],
    targets: [
        .executableTarget(
            name: "HTTPBenchmark",
            dependencies: [
                .product(name: "CartloadCore", package: "cartload"),
                .product(name: "CartloadHTTP", package: "cartload"),
            ], path: "Sources", swiftSettings: [.swiftLanguageMode(.v6)])
    ]
)
