// SPDX-License-Identifier: Apache-2.0

internal import CartloadConfiguration
public import CartloadCore
internal import CartloadFlow
internal import Glibc

/// The `cartload` program as a value: its connectors and its engine, ready to run a command line.
public struct Cartload: Sendable {
    public static let version = "0.1.0"

    /// The verbs, in the order of the help.
    static let commands: [any Command.Type] = [
        RunCommand.self, CheckCommand.self, CopyCommand.self, TapCommand.self, TargetCommand.self, PackCommand.self,
        UnpackCommand.self, SingerCommand.self, SourceCommand.self, DestinationCommand.self, ConnectorsCommand.self, VersionCommand.self,
        HelpCommand.self, CompletionsCommand.self, ErrorsCommand.self,
        ProcessorsCommand.self,
    ]

    static var definitions: [CommandDefinition] { commands.map { $0.definition } }

    let registry: Registry
    let runner: FlowRunner
    let checker: FlowChecker
    let catalogue: [CatalogueEntry]

    /// Puts the program together.
    ///
    /// - Parameter catalogue: The error codes of all modules, for `Docs/errors.md`.
    public init(
        registry: Registry, runner: @escaping FlowRunner = RunFlow.unavailable,
        checker: @escaping FlowChecker = RunFlow.check, catalogue: [CatalogueEntry]
    ) {
        self.registry = registry
        self.runner = runner
        self.checker = checker
        self.catalogue = catalogue
    }

    /// The error codes of all modules.
    public var errorCatalogue: [CatalogueEntry] { catalogue }

    /// `Docs/errors.md`
    public var errorPage: String { ErrorsCommand.markdown(catalogue) }

    /// `Docs/processors.md`
    public var processorPage: String { ProcessorPage(entries: Processors.all).text }

    /// Runs this process's command line and returns its exit code.
    @concurrent
    public func main(_ words: [String]) async -> Int32 {
        // A closed pipe is an error of the write that meets it, not the end of the process.
        signal(SIGPIPE, SIG_IGN)
        let console = Console(redactor: Redactor())
        var context = CommandContext(
            console: console, environment: .process, registry: registry, runner: runner, checker: checker,
            catalogue: catalogue)
        context.now = {
            var time = timespec()
            clock_gettime(CLOCK_REALTIME, &time)
            return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
        }
        context.watchSignals = { stop in
            let watcher = SignalWatcher()
            watcher.start(stop) { console.note($0) }
            return { watcher.signal }
        }
        return await run(words, context)
    }

    /// Runs a command line in a context.
    func run(_ words: [String], _ context: CommandContext) async -> Int32 {
        do {
            return try await dispatch(words, context).code
        } catch is OutputClosed {
            return ExitStatus.done.code
        } catch {
            context.console.report(error)
            return ExitStatus(of: error).code
        }
    }

    private func dispatch(_ words: [String], _ context: CommandContext) async throws -> ExitStatus {
        guard let verb = words.first else {
            context.console.note(HelpText.program(Cartload.definitions))
            return .wrongUse
        }
        switch verb {
        case "-h", "--help": return try await HelpCommand.run(ParsedArguments(), context)
        case "--version": return try await VersionCommand.run(ParsedArguments(), context)
        default: break
        }
        guard let command = Cartload.commands.first(where: { $0.definition.name == verb }) else {
            if verb.hasPrefix("-") {
                throw UsageError.unknownProgramOption(verb)
            }
            throw UsageError.unknownVerb(verb, in: Cartload.definitions.filter { !$0.isHidden }.map(\.name))
        }
        switch try ArgumentParser(command: command.definition).parse(Array(words.dropFirst())) {
        case .help:
            try context.console.print(HelpText.command(command.definition))
            return .done
        case .arguments(let arguments):
            var context = context
            context.logLevel = try logLevel(arguments, context)
            return try await command.run(arguments, context)
        }
    }

    private func logLevel(_ arguments: ParsedArguments, _ context: CommandContext) throws -> LogLevel {
        if let level = arguments.value("log-level").flatMap(LogLevel.init) { return level }
        guard let text = context.environment["CARTLOAD_LOG_LEVEL"], !text.isEmpty else { return .warning }
        guard let level = LogLevel(rawValue: text.lowercased()) else {
            throw UsageError.invalidValue(
                "CARTLOAD_LOG_LEVEL cannot be \"\(text)\"",
                advice: "It can be \(LogLevel.allCases.map(\.rawValue).joined(separator: ", ")).")
        }
        return level
    }
}
