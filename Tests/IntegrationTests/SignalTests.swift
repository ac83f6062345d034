// SPDX-License-Identifier: Apache-2.0

import CartloadCore
import Foundation
import Testing

/// How runs of the program end: signals, closed pipes, exit codes.
@Suite(.serialized) struct SignalTests {
    private let sandbox: Sandbox
    private let input = KillInput(records: 20_000, hasRejects: false)

    init() throws {
        sandbox = try Sandbox()
        try input.write(to: sandbox)
        try sandbox.write(
            """
            source: {files: {path: input.jsonl, batch: {records: 1000}}}
            destinations:
              - sqlite: {path: out.db, table: events}
              - files: {path: "out/{key}-{n}.jsonl"}
                batch: {by: key, records: 1000}
            """, to: "flow.yaml")
    }

    @Test(arguments: [(SIGINT, Int32(130)), (SIGTERM, Int32(143))], [1, 2])
    func aSignalStopsCleanlyAndTheSameCommandGoesOn(signal: (number: Int32, status: Int32), times: Int) throws {
        let child = try Child(["run", "flow.yaml", "--stats", "stats.json"], in: sandbox)
        while child.isRunning, !sandbox.exists("out.db") { Thread.sleep(forTimeInterval: 0.005) }
        for _ in 0..<times { child.send(signal.number) }
        #expect(child.wait() == .exit(signal.status), "\(child.said)")
        if times == 1 {
            let statistics = try JSONValue(parsing: sandbox.text("stats.json"))
            #expect(statistics["status"] == "stopped")
            #expect(child.said.contains("Stopping"))
        }
        let second = try Child.run("run", "flow.yaml", in: sandbox)
        #expect(second.end == .exit(0), "\(second.said)")
        #expect(try input.differences(table: "events", of: sandbox.path("out.db")) == [])
        #expect(try input.differences(lines: sandbox.shell("cat out/*.jsonl")) == [])
    }

    @Test func aSignalStopsARunThatWaitsForInput() throws {
        let pipe = Pipe()
        let child = try Child(["copy", "-", "out.jsonl"], in: sandbox, input: pipe.fileHandleForReading)
        try pipe.fileHandleForWriting.write(contentsOf: Data("{\"id\":1}\n".utf8))
        while child.isRunning, !child.catches(SIGTERM) { Thread.sleep(forTimeInterval: 0.005) }
        child.send(SIGTERM)
        #expect(child.wait() == .exit(143), "\(child.said)")
        #expect(!sandbox.exists("out.jsonl"))
    }

    @Test func aReaderThatHasEnoughIsNoFailure() throws {
        let text = try sandbox.shell(
            "{ '\(Child.program.path())' copy input.jsonl - 2>said; echo $? >status; } | head -1; cat status said")
        #expect(text == "{\"id\":0,\"key\":\"k0\",\"amount\":0,\"note\":\"\"}\n0\n")
    }

    @Test func standardInputIsReadAnewByALaterRun() throws {
        try sandbox.write("source: '-'\ndestination: out.jsonl\n", to: "in.yaml")
        for _ in 0..<2 {
            _ = try sandbox.shell("head -5 input.jsonl | '\(Child.program.path())' run in.yaml 2>&1")
        }
        #expect(try sandbox.text("out.jsonl").split(separator: "\n").count == 10)
    }

    @Test func rejectsAreExitCodeThreeAndFailuresOne() throws {
        try sandbox.write("{\"id\":1}\n{\"id\"\n", to: "bad.jsonl")
        try sandbox.write(
            "source: bad.jsonl\ndestination: out.jsonl\non_error: {policy: reject, file: rejects.jsonl}\n",
            to: "bad.yaml")
        #expect(try Child.run("run", "bad.yaml", in: sandbox).end == .exit(3))
        #expect(try sandbox.text("out.jsonl") == "{\"id\":1}\n")
        #expect(try sandbox.text("rejects.jsonl").split(separator: "\n").count == 1)
        let failed = try Child.run("copy", "bad.jsonl", "other.jsonl", in: sandbox)
        #expect(failed.end == .exit(1))
        #expect(failed.said.contains("bad.jsonl, line 2"))
        #expect(!sandbox.names().contains { $0.contains("other") })
    }

    @Test func everyTableOfADatabaseIsCopiedOnceThoughTheCopyIsKilled() throws {
        _ = try sandbox.shell("'\(Child.program.path())' copy input.jsonl sqlite:in.db#a 2>&1")
        _ = try sandbox.shell("'\(Child.program.path())' copy input.jsonl sqlite:in.db#b 2>&1")
        var executioner = Executioner()
        for _ in 0..<2 {
            for suffix in ["", "-wal", "-shm", "-journal"] { try sandbox.remove("two.db\(suffix)") }
            try executioner.run(
                ["copy", "sqlite:in.db", "sqlite:two.db"], in: sandbox, longest: .milliseconds(60), statuses: [0]
            ) {
                try ["a", "b"].allSatisfy { try input.differences(table: $0, of: sandbox.path("two.db")) == [] }
            }
            for table in ["a", "b"] {
                #expect(
                    try input.differences(table: table, of: sandbox.path("two.db")) == [], "seed \(executioner.seed)")
            }
        }
    }
}
