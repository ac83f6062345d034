// SPDX-License-Identifier: Apache-2.0

import CartloadCore
import Foundation
import SQLiteDatabase
import Testing

/// Flows with taps and targets as child processes, killed at random moments and started again: nothing is lost (I1, I2).
@Suite(.serialized) struct SingerFlowKillTests {
    /// How a target answers.
    enum Answer: String, CaseIterable {
        /// As soon as something is durable.
        case often
        /// Once, when its input has ended.
        case atTheEnd
        /// As the first, fed with files.
        case batches
    }

    private static let records = 8_000

    @Test(arguments: SingerScript.Form.allCases) func aFlowFromATapLosesAndRepeatsNothing(form: SingerScript.Form)
        throws
    {
        let sandbox = try Sandbox()
        _ = try SingerTapInput(.table, form, isAligned: true, in: sandbox)
        let config = try sandbox.text("tap.json")
        try sandbox.write(
            """
            source:
              singer:
                command: ["\(Child.program.path())", tap, sqlite]
                batch_roots: [batches]
                config: \(config)
            destination: {sqlite: {path: out.db, load: append}}
            checkpoint: {records: 500}
            """, to: "flow.yaml")
        try untilEnough(8, sandbox) { hint in
            // The table keeps the tap's state in the transaction of its records.
            let loaded = try SingerLoad.tableAppend.records(of: "events", in: sandbox).map(\.key).sorted()
            try #require(loaded == Array(0..<SingerTapInput.records), hint)
        }
    }

    @Test(arguments: Answer.allCases) func aFlowToATargetLosesNothing(answer: Answer) throws {
        let sandbox = try Sandbox()
        let lines = (0..<Self.records).map {
            #"{"id":\#($0),"seq":\#($0),"note":"\#(String(repeating: "n", count: 90))"}"#
        }
        try sandbox.write(lines.joined(separator: "\n") + "\n", to: "events.jsonl")
        try SingerLoad.tableAppend.prepare(
            sandbox, roots: [sandbox.path("batches")], more: #","keys":["id"],"batch_size_rows":500"#)
        let program = Child.program.path()
        // It is given one more --config, which wins, and is empty.
        let command =
            answer == .atTheEnd
            ? #"[sh, -c, "'\#(program)' target sqlite --config target.json | tail -n 1"]"#
            : #"["\#(program)", target, sqlite, --config, target.json]"#
        let batches =
            answer == .batches
            ? ", batch_config: {storage: {root: batches}, encoding: {compression: gzip}, batch_size: 300}" : ""
        try sandbox.write(
            """
            source: {files: {path: events.jsonl, batch: {records: 400}}}
            destination: {singer: {command: \(command)\(batches)}}
            checkpoint: {records: 400}
            """, to: "flow.yaml")
        try untilEnough(8, sandbox) { hint in
            var counts = [Int](repeating: 0, count: Self.records)
            for record in try SingerLoad.tableAppend.records(of: "events", in: sandbox) { counts[record.key] += 1 }
            try #require(counts.firstIndex(of: 0) == nil, hint)
        }
    }

    /// Kills runs of the flow and starts them again until there were so many kills; looks at the result of each round.
    private func untilEnough(_ kills: Int, _ sandbox: Sandbox, _ check: (Comment) throws -> Void) throws {
        var executioner = Executioner()
        while executioner.kills < Executioner.wanted(kills) {
            for name in [".cartload", "out.db", "out.db-wal", "out.db-shm", "out.db-journal", "batches"] {
                try sandbox.remove(name)
            }
            try executioner.run(["run", "flow.yaml"], in: sandbox, longest: .milliseconds(250), statuses: [0])
            try check("seed \(executioner.seed), \(executioner.kills) kills")
        }
        print("\(Test.current?.name ?? "") \(executioner.kills) kills, seed \(executioner.seed)")
    }
}
