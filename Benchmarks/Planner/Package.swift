// swift-tools-version: 6.3
// SPDX-License-Identifier: Apache-2.0

import PackageDescription

// Beside the package, not in it: `swift run -c release --package-path Benchmarks/Planner`.
let package = Package(
    name: "PlannerBenchmark",
    dependencies: [.package(name: "cartload", path: "../..")],
    targets: [
        .executableTarget(
            name: "PlannerBenchmark",
            dependencies: [
                .product(name: "CartloadCore", package: "cartload"),
                .product(name: "CartloadFlow", package: "cartload"),
            ], path: "Sources", swiftSettings: [.swiftLanguageMode(.v6)])
    ]
)
