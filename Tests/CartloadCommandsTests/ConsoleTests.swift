// SPDX-License-Identifier: Apache-2.0

import CartloadConfiguration
import CartloadCore
import Synchronization
import Testing

@testable import CartloadCommands

@Suite struct ConsoleTests {
    private final class Screen: Sendable {
        private let collected = Mutex("")
        func add(_ text: String) { collected.withLock { $0 += text } }
        var text: String { collected.withLock { $0 } }
    }

    @Test func aLiveLineIsErasedBeforeOtherText() throws {
        let screen = Screen()
        let output = Console.Output(write: { screen.add($0) }, isTerminal: true, width: { 20 })
        let console = Console(output: output, error: output, redactor: Redactor())
        console.draw("1 record")
        console.draw("2 records")
        console.note("warning")
        try console.print("data\n")
        console.eraseLine()
        #expect(screen.text == "\r\u{1b}[2K1 record\r\u{1b}[2K2 records\r\u{1b}[2Kwarning\ndata\n")
    }

    @Test func aClosedOutputIsQuiet() async {
        let errors = Screen()
        let console = Console(
            output: Console.Output(write: { _ in throw OutputClosed() }, isTerminal: false, width: { 80 }),
            error: Console.Output(write: { errors.add($0) }, isTerminal: false, width: { 80 }), redactor: Redactor())
        let cartload = Cartload(registry: Registry([]), catalogue: [])
        let context = CommandContext(
            console: console, environment: Environment(), registry: Registry([]), runner: RunFlow.unavailable,
            checker: RunFlow.check, catalogue: [])
        #expect(await cartload.run(["help"], context) == 0)
        #expect(errors.text.isEmpty)
    }
}
