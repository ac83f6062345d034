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

    /// A connector with streams of so many records each.
    private static func counting(_ counts: [Int]) -> Connector {
        Connector(
            "counting", "Counts.",
            source: Connector.Role(settings: [
                Setting("environment", .mapping([]), "Of a child.", isSecret: true), Setting("fails", .string, "How."),
            ]) { settings in
                if let words = settings.string("fails") { throw CartloadError(.wrongType, words) }
                return StreamList(
                    counts.enumerated().map { number, count in
                        ValueStream("s\(number)", of: [String: Int].self) { _, send in
                            for value in 0..<count { try await send(["n": value]) }
                        }
                    })
            })
    }

    @Test(arguments: [
        ([3], "s0: can be read\ntap-counting: 1 stream was tested and can be read\n"),
        (
            [1, 0, 2],
            "s0: can be read\ns1: can be read, and is empty\ns2: can be read\ntap-counting: 3 streams were tested and can be read, 1 of them empty\n"
        ),
        ([], "tap-counting: nothing was tested, because no stream is selected\n"),
    ])
    func aTestTellsWhatItTested(counts: [Int], expected: String) async {
        #expect(await run(SingerProgram(tap: Self.counting(counts)), ["--test"]) == 0)
        #expect(complained == expected && said == "")
    }

    /// What a child says is not full of marks because one of its variables is short.
    @Test func shortSecretsOfAChildLeaveItsWordsAlone() async throws {
        let folder = try TemporaryDirectory()
        let configuration = try folder.write(
            #"{"environment":{"DEBUG":"1","TOKEN":"sesame"},"fails":"line 101 of 210: DEBUG=1, opensesame, retry 1x"}"#,
            to: "config.json")
        #expect(await run(SingerProgram(tap: Self.counting([])), ["--config", configuration]) != 0)
        #expect(complained.contains("line 101 of 210: DEBUG=***, open***, retry 1x"))
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
