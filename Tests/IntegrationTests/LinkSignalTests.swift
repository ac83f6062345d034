// SPDX-License-Identifier: Apache-2.0

import CartloadCore
import Foundation
import SQLiteDatabase
import Testing

/// Links that run on and on: what signals do to them.
@Suite struct LinkSignalTests {
    /// Waits for something that the program does in its own time; a minute is the bound of a machine that does much else.
    private func wait(_ child: Child, for condition: () throws -> Bool) throws {
        for _ in 0..<12_000 where child.isRunning {
            if try condition() { return }
            Thread.sleep(forTimeInterval: 0.005)
        }
        Issue.record("it did not happen: \(child.said)")
    }

    private func rows(_ table: String, _ sandbox: Sandbox) throws -> Int {
        guard sandbox.exists("out.db") else { return 0 }
        let database = try Database(path: sandbox.path("out.db"), access: .readOnly)
        guard try database.integer("SELECT 1 FROM sqlite_master WHERE name = '\(table)'") != nil else { return 0 }
        return Int(try database.integer("SELECT count(*) FROM \(table)") ?? 0)
    }

    @Test func aLinkGoesOnUntilItIsStoppedAndKnowsWhereItWas() throws {
        let sandbox = try Sandbox()
        try sandbox.write(
            "source: \"in-*.jsonl\"\ndestination: \"sqlite:out.db#t\"\nschedule: {every: 30ms}\n", to: "link.yaml")
        try sandbox.write("{\"n\":1}\n{\"n\":2}\n", to: "in-1.jsonl")
        for (number, wanted) in [(2, 3), (3, 4)] {
            let child = try Child(["run", "link.yaml"], in: sandbox)
            try wait(child) { try rows("t", sandbox) == wanted - 1 }
            try sandbox.write("{\"n\":\(number + 1)}\n", to: "in-\(number).jsonl")
            try wait(child) { try rows("t", sandbox) == wanted }
            child.send(SIGTERM)
            #expect(child.wait() == .exit(143), "\(child.said)")
            #expect(child.said.contains("link"), "\(child.said)")
        }
        #expect(try rows("t", sandbox) == 4)
    }

    @Test func aHangupReadsTheFileAgain() throws {
        let sandbox = try Sandbox()
        func link(_ name: String) -> String {
            "  - {name: \(name), source: in.jsonl, destination: \"sqlite:out.db#\(name)\", schedule: {every: 30ms}}\n"
        }
        /// Two inlets, so that its checkpoints are those of one link.
        func joined(_ field: String) -> String {
            """
              - name: joined
                inlets: [in.jsonl, more.jsonl]
                processors: [{set: {\(field): n}}]
                destination: "sqlite:out.db#joined"
                schedule: {every: 30ms}

            """
        }
        try sandbox.write("{\"n\":1}\n", to: "in.jsonl")
        try sandbox.write("{\"n\":2}\n", to: "more.jsonl")
        try sandbox.write("links:\n" + link("one") + joined("a"), to: "links.yaml")
        let child = try Child(["run", "links.yaml", "--log-level", "info"], in: sandbox)
        try wait(child) { try rows("joined", sandbox) == 2 }
        try wait(child) { try rows("one", sandbox) == 1 && child.catches(SIGHUP) }
        try sandbox.write("links:\n" + link("two") + "  - {name: three, sorce: x}\n", to: "links.yaml")
        child.send(SIGHUP)
        try wait(child) { child.said.contains("changes nothing: links.yaml, line 3") }
        #expect(try rows("two", sandbox) == 0)
        // One is the same, on another line; one is new, and one is changed.
        try sandbox.write("links:\n" + link("two") + joined("b") + link("one"), to: "links.yaml")
        child.send(SIGHUP)
        try wait(child) { try rows("two", sandbox) == 1 }
        try sandbox.write("{\"n\":2}\n{\"n\":3}\n", to: "more.jsonl")
        try wait(child) { try rows("joined", sandbox) == 3 }
        #expect(child.said.contains("joined: shut down"))
        #expect(!child.said.contains("one: shut down"))
        #expect(try sandbox.shell("sqlite3 -cmd '.timeout 10000' out.db 'SELECT b FROM joined WHERE n = 3'") == "3\n")
        child.send(SIGINT)
        #expect(child.wait() == .exit(130), "\(child.said)")
        #expect(try rows("one", sandbox) == 1)
    }

    @Test func aBufferIsEmptiedAtTheStop() throws {
        let sandbox = try Sandbox()
        try sandbox.write(
            """
            source: in.jsonl
            buffer: {records: 1000}
            destination: "sqlite:out.db#t"
            schedule: {every: 30ms}
            """, to: "link.yaml")
        try sandbox.write("{\"n\":1}\n{\"n\":2}\n", to: "in.jsonl")
        let child = try Child(["run", "link.yaml", "--log-level", "info"], in: sandbox)
        try wait(child) { child.said.contains("run 2 done") }
        #expect(try rows("t", sandbox) == 0)
        child.send(SIGTERM)
        #expect(child.wait() == .exit(143), "\(child.said)")
        #expect(try rows("t", sandbox) == 2)
    }

    @Test func aFreshStartIsForTheFirstTransferOnly() throws {
        let sandbox = try Sandbox()
        try sandbox.write(
            "source: in.jsonl\ndestination: \"sqlite:out.db#t\"\nschedule: {every: 20ms}\n", to: "link.yaml")
        try sandbox.write("{\"n\":1}\n", to: "in.jsonl")
        let child = try Child(["run", "link.yaml", "--fresh", "--log-level", "info"], in: sandbox)
        try wait(child) { child.said.contains("run 5 done") }
        child.send(SIGTERM)
        #expect(child.wait() == .exit(143), "\(child.said)")
        #expect(try rows("t", sandbox) == 1)
    }
}
