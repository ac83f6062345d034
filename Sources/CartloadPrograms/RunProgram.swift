// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore
public import CartloadProcess

/// A program of the user's that speaks JSON Lines: its command, and what it may use.
public struct RunProgram: Sendable {
    /// The program and its arguments.
    public var command: [String]
    public var environment: ChildEnvironment
    /// Where it runs; nil for this process's own folder.
    public var directory: String?
    public var limits: ChildLimits
    /// How long it may take for one thing that it is asked for; nil for as long as it takes (I7).
    public var timeout: Duration?
    /// How long it may take to end once it is asked to.
    public var grace: Duration

    public init(
        _ command: [String], environment: ChildEnvironment = ChildEnvironment(), directory: String? = nil,
        limits: ChildLimits = ChildLimits(), timeout: Duration? = nil, grace: Duration = .seconds(10)
    ) {
        self.command = command
        self.environment = environment
        self.directory = directory
        self.limits = limits
        self.timeout = timeout
        self.grace = grace
    }

    /// Starts it.
    ///
    /// - Parameter variables: More variables of its environment.
    func start(
        input: ChildCommand.Standard = .pipe, output: ChildCommand.Standard = .pipe, _ variables: [String: String] = [:]
    ) throws -> ChildProcess {
        guard let program = command.first, !program.isEmpty else {
            throw CartloadError(.programUnusable, "the command is empty", advice: "Name a program and its arguments.")
        }
        var environment = environment
        environment.entries.merge(variables) { own, _ in own }
        return try ChildProcess(
            ChildCommand(
                program, Array(command.dropFirst()), environment: environment, directory: directory, limits: limits,
                input: input, output: output))
    }
}

extension RunProgram {
    /// - Parameters:
    ///   - timeout: What its time is for.
    ///   - seconds: How many there are by default.
    static func settings(timeout: String, seconds: Int?) -> [Setting] {
        [
            Setting("command", .strings, "The program and its arguments; no shell looks at them.", isRequired: true),
            Setting("environment", .mapping([]), "Variables added to its environment.", isSecret: true),
            Setting("directory", .string, "The folder that it runs in."),
            Setting("timeout", .number, timeout, default: seconds.map { .int($0) }),
            Setting("grace", .number, "So many seconds it may take to end when it is asked to.", default: 10),
            Setting("memory_bytes", .integer, "The address space that it may use."),
            Setting("cpu_seconds", .number, "The time of computing that it may use in all."),
            Setting("open_files", .integer, "How many files it may have open."),
        ]
    }

    init(_ configuration: Configuration, timeout seconds: Int?) throws {
        self.init(configuration.strings("command") ?? [])
        for (name, value) in configuration["environment"]?.objectValue?.members ?? [] {
            environment.entries[name] = value.stringValue ?? value.description
        }
        directory = configuration.string("directory")
        timeout = try configuration.seconds("timeout") ?? seconds.map { .seconds($0) }
        grace = try configuration.seconds("grace") ?? grace
        limits = ChildLimits(
            addressSpace: try configuration.count("memory_bytes"), computing: try configuration.seconds("cpu_seconds"),
            openFiles: try configuration.count("open_files"))
    }
}
