// SPDX-License-Identifier: Apache-2.0

import CartloadConfiguration
import CartloadCore
import CartloadFlow
import Synchronization
import Testing

@testable import CartloadCommands

@Suite final class SingerProgramTests: Sendable {
    private let output = Mutex("")
    private let errors = Mutex("")

    private var said: String { output.withLock { $0 } }
    private var complained: String { errors.withLock { $0 } }

    /// A connector whose source fails with the text it was given.
    private static let echo = Connector(
        "echo", "Says what it is told.",
        source: Connector.Role(
            settings: [
                Setting("word", .string, "What to say."), Setting("inner", .mapping([]), "For another program."),
            ]
        ) { settings in
            guard settings.string("word") == nil else {
                throw CartloadError(.wrongType, settings.string("word") ?? "")
            }
            return StreamList([
                ValueStream("words", of: [String: String].self) { _, send in
                    try await send(["word": "hello"])
                }
            ])
        },
        destination: Connector.Role(settings: [Setting("folder", .string, "Where.")]) { _ in MemoryDestination() })

    private func run(
        _ program: SingerProgram, _ words: [String], environment: [String: String] = [:]
    ) async -> Int32 {
        let console = Console(
            output: Console.Output(
                write: { text in self.output.withLock { $0 += text } }, isTerminal: false, width: { 80 }),
            error: Console.Output(
                write: { text in self.errors.withLock { $0 += text } }, isTerminal: false, width: { 80 }),
            redactor: Redactor())
        return await program.run(
            words,
            CommandContext(
                console: console, environment: Environment(environment), registry: Registry([]),
                runner: RunFlow.unavailable, checker: RunFlow.check, catalogue: []))
    }

    @Test func itHasAVersionOfItsOwn() async {
        #expect(await run(SingerProgram(tap: Self.echo, version: "7.1"), ["--version"]) == 0)
        #expect(said == "tap-echo 7.1\n")
        #expect(await run(SingerProgram(target: Self.echo, version: "7.2"), ["--about", "--format", "json"]) == 0)
        #expect(said.contains("\"version\": \"7.2\""))
    }

    @Test func itsHelpSpeaksOfNoOtherProgram() async {
        #expect(await run(SingerProgram(tap: Self.echo), ["--help"]) == 0)
        #expect(await run(SingerProgram(target: Self.echo), ["-h"]) == 0)
        let help = said
        #expect(!help.contains("cartload"))
        for text in ["USAGE: tap-echo [", "USAGE: target-echo [", "TAP_ECHO_WORD", "TARGET_ECHO_FOLDER"] {
            #expect(help.contains(text))
        }
    }

    @Test(arguments: [
        (["--wrong"], "tap-echo has no option \"--wrong\" [usage.unknown-option]\n  `tap-echo --help` lists them."),
        (
            ["extra"],
            "there is one argument too many: \"extra\" [usage.unexpected-argument]\n  Usage: tap-echo [options]"
        ),
    ]) func wrongUseIsToldInItsName(words: [String], message: String) async {
        #expect(await run(SingerProgram(tap: Self.echo), words) == 2)
        #expect(complained == "error: \(message)\n")
    }

    @Test func itDiscoversItsStreams() async {
        #expect(await run(SingerProgram(tap: Self.echo), ["--discover"]) == 0)
        #expect(said.contains("\"tap_stream_id\": \"words\""))
    }

    /// I8: secrets of processors, of other programs' configurations and from the environment.
    @Test(arguments: [
        "word: hush\nprocessors: [{hash: {fields: [a], salt: hush}}]",
        "word: hush\ninner: {deep: [{api_token: hush}]}", "word: hush\ninner: {user: \"${NAME}\"}",
    ]) func secretsNeverLeave(text: String) async throws {
        let folder = try TemporaryDirectory()
        let file = try folder.write(text, to: "tap.yaml")
        #expect(
            await run(SingerProgram(tap: Self.echo), ["--config", file], environment: ["NAME": "hush"]) == 2,
            "\(complained)")
        #expect(complained.contains("***") && !complained.contains("hush"), "\(complained)")
    }
}
