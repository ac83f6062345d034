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
        RunCommand.self, CheckCommand.self, CopyCommand.self, ServeCommand.self, BatchesCommand.self, TapCommand.self,
        TargetCommand.self, PackCommand.self,
        UnpackCommand.self, SingerCommand.self, SourceCommand.self, DestinationCommand.self, ConnectorsCommand.self,
        VersionCommand.self,
        HelpCommand.self, CompletionsCommand.self, ErrorsCommand.self,
        ProcessorsCommand.self, SingerSettingsCommand.self,
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
    public var processorPage: String { ProcessorPage(entries: registry.processors).text }

    /// `Docs/singer-settings.md`
    public var singerSettingsPage: String { SingerSettingsPage().text }

    /// Runs this process's command line and returns its exit code.
    @concurrent
    public func main(_ words: [String]) async -> Int32 { await run(words, processContext()) }

    /// What a verb works with in this process.
    func processContext() -> CommandContext {
        // A closed pipe is an error of the write that meets it, not the end of the process.
        signal(SIGPIPE, SIG_IGN)
        StandardDescriptors.occupy()
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
        context.watchHangups = { HangupWatcher.start($0) }
        return context
    }

    /// Runs a command line in a context.
    func run(_ words: [String], _ context: CommandContext) async -> Int32 {
        await Cartload.exitCode(context) { try await dispatch(words, context) }
    }

    /// The exit code of what a verb does; an error is told first.
    static func exitCode(_ context: CommandContext, _ body: () async throws -> ExitStatus) async -> Int32 {
        do {
            return try await body().code
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
        var words = words.dropFirst()
        if let group = command as? any CommandGroup.Type, let word = words.first,
            let command = group.commands.first(where: { $0.definition.name == "\(verb) \(word)" })
        {
            words = words.dropFirst()
            return try await Cartload.run(command, as: command.definition, Array(words), context)
        }
        return try await Cartload.run(command, as: command.definition, Array(words), context)
    }

    /// Runs one verb.
    ///
    /// - Parameters:
    ///   - definition: What it accepts here, which may be less than the verb does.
    ///   - arguments: Those that are given beforehand.
    static func run(
        _ command: any Command.Type, as definition: CommandDefinition, _ words: [String], _ context: CommandContext,
        arguments given: [String: String] = [:]
    ) async throws -> ExitStatus {
        switch try ArgumentParser(command: definition).parse(words) {
        case .help:
            try context.console.print(HelpText.command(definition))
            return .done
        case .arguments(var arguments):
            var context = context
            context.logLevel = try logLevel(arguments, context)
            for (name, value) in given { arguments.add(argument: name, value) }
            return try await command.run(arguments, context)
        }
    }

    private static func logLevel(_ arguments: ParsedArguments, _ context: CommandContext) throws -> LogLevel {
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
