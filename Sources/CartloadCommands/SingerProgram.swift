// SPDX-License-Identifier: Apache-2.0

public import CartloadCore
internal import Glibc

/// A program of its own that is one Singer tap or target: everything that `cartload tap` and `cartload target` do, for a
/// connector that somebody wrote.
///
/// ```swift
/// @main struct TapWeather {
///     static func main() async { await SingerProgram(tap: .weather).main() }
/// }
/// ```
public struct SingerProgram: Sendable {
    private let kind: SingerEnd.Kind
    private let connector: Connector

    /// - Parameter connector: One with a source.
    public init(tap connector: Connector) {
        kind = .tap
        self.connector = connector
    }

    /// - Parameter connector: One with a destination.
    public init(target connector: Connector) {
        kind = .target
        self.connector = connector
    }

    /// Runs this process's command line, `--config F` and so on, and ends the process.
    public func main() async -> Never {
        exit(await run(Array(CommandLine.arguments.dropFirst())))
    }

    /// Runs a command line and returns the exit code.
    public func run(_ words: [String]) async -> Int32 {
        let program = Cartload(registry: Registry([connector]), catalogue: [])
        return await program.main([kind.rawValue, connector.name] + words)
    }
}
