// SPDX-License-Identifier: Apache-2.0

import CartloadCore
import CartloadFlow
import Glibc
import Testing

@testable import CartloadCommands

@Suite struct SessionTests {
    private static func runner(_ change: @escaping @Sendable (inout RunStatistics) -> Void) -> FlowRunner {
        { flow, _, _ in
            var statistics = RunStatistics(flow: flow.name)
            statistics.duration = .seconds(1)
            statistics[stream: "even"].recordsRead = 5
            change(&statistics)
            return statistics
        }
    }

    @Test func aRunEndsWithASummaryAndStatistics() async throws {
        let directory = try TemporaryDirectory()
        let program = TestProgram(runner: SessionTests.runner { _ in })
        #expect(
            await program.run("copy", "numbers:3", "shelf:a", "--json", "--stats", directory.path("stats.json")) == 0)
        let printed = try JSONValue(parsing: program.standardOutput)
        #expect(printed["status"] == "done")
        #expect(printed["records_read"] == 5)
        #expect(try JSONValue(parsing: try directory.read("stats.json")) == printed)
        #expect(program.standardError.hasPrefix("copy: done in 1.00 s\n"))
    }

    @Test func rejectedRecordsAreExitCodeThree() async {
        let program = TestProgram(runner: SessionTests.runner { $0[stream: "even"].recordsRejected = 1 })
        #expect(await program.run("copy", "numbers:3", "shelf:a") == 3)
    }

    @Test(arguments: [(SIGINT, Int32(130)), (SIGTERM, Int32(143))])
    func aStopIsTheSignalsExitCode(signal: Int32, status: Int32) async {
        let program = TestProgram(signal: signal, runner: SessionTests.runner { $0.isStopped = true })
        #expect(await program.run("copy", "numbers:3", "shelf:a") == status)
        let cancelled = TestProgram(signal: signal, runner: { _, _, _ in throw CancellationError() })
        #expect(await cancelled.run("copy", "numbers:3", "shelf:a", "--json") == status)
        #expect(cancelled.standardOutput.contains("\"status\":\"stopped\""))
    }

    @Test func aStopThatCameTooLateIsNoStop() async {
        let program = TestProgram(signal: SIGINT, runner: SessionTests.runner { _ in })
        #expect(await program.run("copy", "numbers:3", "shelf:a") == 0)
    }

    @Test func aFailureIsReportedInBothForms() async throws {
        let directory = try TemporaryDirectory()
        let program = TestProgram(runner: { _, _, context in
            context.meter.update { $0[stream: "odd"].recordsRead = 7 }
            throw CartloadError(
                CartloadError.Code("csv.row-too-short"), "the row has 3 fields, not 4",
                at: Location(source: "a.csv", line: 12, byte: 345), advice: "Look at it.")
        })
        #expect(
            await program.run("copy", "numbers:3", "shelf:a", "--json", "--stats", directory.path("s.json")) == 1)
        #expect(
            program.standardError == """
                error: a.csv, line 12, byte 345: the row has 3 fields, not 4 [csv.row-too-short]
                  Look at it.

                """)
        let json = try JSONValue(parsing: program.standardOutput)
        #expect(json["status"] == "failed")
        #expect(json["records_read"] == 7)
        #expect(json["error"]?["line"] == 12)
        #expect(json["error"]?["code"] == "csv.row-too-short")
    }

    @Test func secretsNeverLeave() async throws {
        let directory = try TemporaryDirectory()
        let file = try directory.write(
            """
            source:
              numbers:
                to: 3
                password: "pre-${PASSWORD}"
            processors:
              - hash: {salt: "sea-salt"}
            destination: shelf:a
            """, to: "f.yaml")
        let program = TestProgram(
            ["PASSWORD": "hunter2"],
            runner: { flow, _, context in
                context.logger.error("login with pre-hunter2", metadata: ["url": "db://joe:pw@host/x"])
                throw CartloadError(CartloadError.Code("x.y"), "cannot log in with hunter2 and sea-salt")
            })
        #expect(await program.run("run", file, "--json", "--stats", directory.path("s.json")) == 1)
        for text in [program.standardOutput, program.standardError, try directory.read("s.json")] {
            #expect(!text.contains("hunter2") && !text.contains("sea-salt"))
            #expect(text.contains("***"))
        }
        #expect(program.standardError.contains("db://joe:***@host/x"))
    }

    @Test func runOptionsReachTheRunner() async throws {
        let directory = try TemporaryDirectory()
        let file = try directory.write("source: numbers:3\ndestination: shelf:a\n", to: "f.yaml")
        let program = TestProgram(runner: { flow, options, _ in
            #expect(flow.name == "f")
            #expect(options == RunRequest(stateDirectory: "there", isFresh: true, runsOnce: true))
            return RunStatistics(flow: flow.name)
        })
        #expect(await program.run("run", file, "--state", "there", "--fresh", "--once", "--no-progress") == 0)
    }

    @Test func standardOutputCarriesOneThingOnly() async {
        let program = TestProgram(runner: SessionTests.runner { _ in })
        #expect(await program.run("copy", "numbers:3", "-", "--json") == 2)
    }

    @Test func aSignalBecomesAStopRequest() async {
        let stop = StopRequest()
        let watcher = SignalWatcher()
        watcher.start(stop) { _ in }
        await withCheckedContinuation { continuation in
            stop.onRequest { continuation.resume() }
            kill(getpid(), SIGTERM)
        }
        #expect(watcher.signal == SIGTERM)
    }
}
