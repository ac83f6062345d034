// SPDX-License-Identifier: Apache-2.0

import CartloadConfiguration
import CartloadCore
import CartloadFlow
import Synchronization

@testable import CartloadCommands

/// The program with two small connectors, its output collected.
final class TestProgram: Sendable {
    let output = Mutex("")
    let errors = Mutex("")
    let environment: Environment
    let runner: FlowRunner
    let signal: Int32?

    init(
        _ environment: [String: String] = [:], signal: Int32? = nil, runner: @escaping FlowRunner = RunFlow.unavailable
    ) {
        self.environment = Environment(environment)
        self.signal = signal
        self.runner = runner
    }

    func run(_ words: String...) async -> Int32 { await run(words) }

    func run(_ words: [String]) async -> Int32 {
        let registry = Registry([TestConnectors.numbers, TestConnectors.shelf]) { step in
            step == "hash" ? [Setting("salt", .string, "Salt.", isSecret: true)] : []
        }
        let console = Console(
            output: Console.Output(
                write: { text in self.output.withLock { $0 += text } }, isTerminal: false, width: { 80 }),
            error: Console.Output(
                write: { text in self.errors.withLock { $0 += text } }, isTerminal: false, width: { 80 }),
            redactor: Redactor())
        let cartload = Cartload(registry: registry, runner: runner, catalogue: CommandsCatalogue.entries)
        var context = CommandContext(
            console: console, environment: environment, registry: registry, runner: runner,
            checker: RunFlow.check, catalogue: CommandsCatalogue.entries)
        context.lines = LineOutput { text in
            self.output.withLock { $0 += String(decoding: text, as: UTF8.self) }
        }
        let signal = signal
        context.watchSignals = { stop in
            if signal != nil { stop.request() }
            return { signal }
        }
        return await cartload.run(words, context)
    }

    var standardOutput: String { output.withLock { $0 } }
    var standardError: String { errors.withLock { $0 } }
}
