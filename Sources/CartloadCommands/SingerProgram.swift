// SPDX-License-Identifier: Apache-2.0

public import CartloadCore
internal import Glibc

/// A program of its own that is one Singer tap or target: everything that `cartload tap` and `cartload target` do, for a
/// connector that somebody wrote.
///
/// ```swift
/// await SingerProgram(tap: weather).main()
/// ```
public struct SingerProgram: Sendable {
    private let end: SingerEnd
    private let version: String

    /// - Parameters:
    ///   - connector: One with a source; the program is called `tap-` and its name.
    ///   - version: What `--version` and `--about` say.
    public init(tap connector: Connector, version: String = Cartload.version) {
        end = SingerEnd(kind: .tap, connector: connector)
        self.version = version
    }

    /// - Parameters:
    ///   - connector: One with a destination; the program is called `target-` and its name.
    ///   - version: What `--version` and `--about` say.
    public init(target connector: Connector, version: String = Cartload.version) {
        end = SingerEnd(kind: .target, connector: connector)
        self.version = version
    }

    /// Runs this process's command line, `--config F` and so on, and ends the process.
    public func main() async -> Never {
        exit(await run(Array(CommandLine.arguments.dropFirst())))
    }

    /// Runs a command line and returns the exit code.
    @concurrent
    public func run(_ words: [String]) async -> Int32 {
        await run(words, Cartload(registry: registry, catalogue: []).processContext())
    }

    /// Runs a command line in a context.
    func run(_ words: [String], _ context: CommandContext) async -> Int32 {
        var context = context
        context.registry = registry
        context.version = version
        return await Cartload.exitCode(context) {
            if words.first == "--version" {
                try context.console.print("\(end.name) \(version)\n")
                return .done
            }
            return try await Cartload.run(
                command, as: definition, words, context, arguments: ["connector": end.connector.name])
        }
    }

    private var registry: Registry {
        Registry([end.connector])
    }

    private var command: any Command.Type {
        switch end.kind {
        case .tap: TapCommand.self
        case .target: TargetCommand.self
        }
    }

    /// The verb's definition without the connector.
    private var definition: CommandDefinition {
        var definition =
            switch end.kind {
            case .tap: TapCommand.define(example: end.name, variable: end.exampleVariable)
            case .target: TargetCommand.define(example: end.name, variable: end.exampleVariable)
            }
        definition.program = end.name
        definition.summary = "\(end.connector.summary) (Singer \(end.kind.rawValue))"
        definition.arguments = []
        definition.options.append(.flag("version", "Show the version."))
        return definition
    }
}
