// SPDX-License-Identifier: Apache-2.0

internal import CartloadCompute
internal import CartloadCore
internal import CartloadProcess

/// What a file says about what runs its service.
struct RunnerDefinition {
    /// One of them is there.
    private enum Kind {
        case exec([String])
        case jq(String)
        case builtin(Builtin)
    }

    static let settings: [Setting] = [
        Setting(
            "exec", .strings, "A program and its arguments, which reads and prints JSON lines; no shell looks at them."),
        Setting("jq", .string, "A program for jq, which makes one object of each record."),
        Setting("builtin", .choice(Builtin.allCases.map(\.rawValue)), "A service of Cartload itself, for trials."),
        Setting("env", .mapping([]), "Variables of the program's environment.", isSecret: true),
        Setting("directory", .string, "Where the program runs; by default, and if relative, in the version's folder."),
    ]

    /// The variables that a program gets without being asked; no other, because the server's may hold secrets (I8).
    static let passedVariables = ["PATH", "HOME", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "TMPDIR", "USER"]
    /// What jq may use unless the file says otherwise (I7).
    private static let jqMemory = 1 << 30
    private static let usualAnswer = 256_000_000
    /// Offsets in answers have 32 bits.
    private static let maximumAnswer = 4_000_000_000

    private let kind: Kind
    private let environment: [String: String]
    private let directory: String?
    private let location: Location
    private let limits: ChildLimits
    private let options: ChildRunner.Options

    init(_ configuration: Configuration, limits: Configuration) throws {
        let given = ["exec", "jq", "builtin"].filter { configuration[$0].map { !$0.isNull } ?? false }
        guard given.count == 1 else {
            throw CartloadError(
                .serviceDefinition, "a runner has one of exec, jq and builtin", at: configuration.location())
        }
        if let words = configuration.strings("exec") {
            guard let program = words.first, !program.isEmpty else {
                throw configuration.wrong("exec", "the command is empty")
            }
            kind = .exec(words)
        } else if let program = configuration.string("jq") {
            kind = .jq(program)
        } else {
            kind = .builtin(configuration.string("builtin").flatMap(Builtin.init(rawValue:)) ?? .double)
        }
        if case .exec = kind {
        } else if let name = ["env", "directory"].first(where: { configuration[$0] != nil }) {
            throw configuration.wrong(name, "\"\(name)\" is for a runner with exec")
        }
        var environment: [String: String] = [:]
        for (name, value) in configuration["env"]?.objectValue?.members ?? [] {
            environment[name] = value.stringValue ?? value.description
        }
        self.environment = environment
        directory = configuration.string("directory")
        location = configuration.location(of: "exec")
        self.limits = try ChildLimits(limits)
        let answer = try limits.size("answer") ?? RunnerDefinition.usualAnswer
        guard answer <= RunnerDefinition.maximumAnswer else {
            throw limits.wrong("answer", "\"limits.answer\" must be 4GB at most")
        }
        options = ChildRunner.Options(
            maximumAnswer: answer, startTime: try limits.duration("start") ?? .zero)
    }

    /// Makes the runner.
    ///
    /// - Throws: `CartloadError` when a program is not there or cannot be compiled.
    func runner(in place: ServicePlace, _ folder: ServiceFolder.Options) throws -> any ServiceRunner {
        let passed = folder.environment.filter { RunnerDefinition.passedVariables.contains($0.key) }
        let onErrorLine = folder.onErrorLine.map { give in { @Sendable (line: String) in give(place.uri, line) } }
        switch kind {
        case .builtin(let builtin): return builtin.runner
        case .jq(let text):
            var limits = limits
            limits.addressSpace = limits.addressSpace ?? RunnerDefinition.jqMemory
            let program = JQProgram(
                text, environment: ChildEnvironment(passed, isClean: true), directory: place.directory, limits: limits)
            try program.check()
            return ChildRunner(program.command, options: options, onErrorLine: onErrorLine)
        case .exec(let words):
            let own = directory.map { $0.hasPrefix("/") ? $0 : "\(place.directory)/\($0)" } ?? place.directory
            if let lack = ProgramCheck(directory: own, folders: passed["PATH"]).lack(of: words[0]) {
                let isLine = words.count == 1 && words[0].contains(" ")
                throw CartloadError(
                    .serviceDefinition, lack, at: location,
                    advice: isLine ? "No shell divides a text into words: write a list, [python3, worker.py]." : nil)
            }
            let command = ChildCommand(
                words[0], Array(words.dropFirst()),
                environment: ChildEnvironment(passed.merging(environment) { $1 }, isClean: true), directory: own,
                limits: limits)
            return ChildRunner(command, options: options, onErrorLine: onErrorLine)
        }
    }
}
