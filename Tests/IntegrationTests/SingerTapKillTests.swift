// SPDX-License-Identifier: Apache-2.0

import CartloadCore
import Foundation
import SQLiteDatabase
import Testing

/// `kill -9` of a tap at random moments: its messages up to there go into a target, and the tap again from the last STATE
/// that the target printed, as an orchestrator does (I1, I2).
@Suite(.serialized) struct SingerTapKillTests {
    /// What is read.
    enum Source: String, CaseIterable {
        case table, files
    }

    private static let records = 12_000

    @Test(arguments: Source.allCases, SingerScript.Form.allCases)
    func aTapGoesOnFromItsLastState(source: Source, form: SingerScript.Form) throws {
        let sandbox = try Sandbox()
        let connector = try prepare(source, form, sandbox)
        var executioner = Executioner()
        while executioner.kills < Executioner.wanted(13) {
            for name in ["state.json", "batches"] { try sandbox.remove(name) }
            try SingerLoad.tableAppend.prepare(sandbox, roots: [sandbox.path("batches")])
            var sent = [Int](repeating: 0, count: Self.records)
            var covered = [Bool](repeating: false, count: Self.records)
            var runs = 0
            var end: Child.End
            repeat {
                runs += 1
                let hasState = sandbox.exists("state.json")
                let child = try Child(
                    ["tap", connector, "--config", "tap.json"] + (hasState ? ["--state", "state.json"] : []),
                    in: sandbox, output: SingerOutput.handle("messages", in: sandbox))
                end = executioner.strike(child, within: .milliseconds(110) * (20 + runs) / 20)
                let hint: Comment = "seed \(executioner.seed), \(executioner.kills) kills, run \(runs): \(child.said)"
                #expect(end == .signal(SIGKILL) || end == .exit(0), hint)
                let output = try SingerOutput(sandbox.text("messages"))
                try #require(try damagedFiles(output, sandbox) == [], hint)
                let (before, after) = try numbers(output, sandbox)
                for number in before + after {
                    sent[number] += 1
                    // A table is gone on with after the very row, although the bookmark's value has three of them.
                    try #require(!covered[number], "\(number) comes again although a STATE covered it; \(hint)")
                }
                for number in before { covered[number] = true }
                try load(output, sandbox, hint)
            } while end == .signal(SIGKILL)
            let hint: Comment = "seed \(executioner.seed), \(executioner.kills) kills, \(runs) runs"
            try #require(sent.firstIndex(of: 0) == nil, hint)
            var loaded = [Int](repeating: 0, count: Self.records)
            for record in try SingerLoad.tableAppend.records(of: "events", in: sandbox) { loaded[record.key] += 1 }
            try #require(loaded == sent, hint)
        }
        print("aTap… \(source) \(form): \(executioner.kills) kills, seed \(executioner.seed)")
    }

    /// Both ends of a pipe at the same moment.
    @Test(arguments: Source.allCases, SingerScript.Form.allCases)
    func aPipeOfTapAndTargetLosesNothing(source: Source, form: SingerScript.Form) throws {
        let sandbox = try Sandbox()
        let connector = try prepare(source, form, sandbox)
        var executioner = Executioner()
        while executioner.kills < Executioner.wanted(7) {
            for name in ["state.json", "batches"] { try sandbox.remove(name) }
            try SingerLoad.tableUpsert.prepare(
                sandbox, roots: [sandbox.path("batches")], more: #","keys":["id"],"batch_size_rows":700"#)
            var runs = 0
            var ends: [Child.End]
            repeat {
                runs += 1
                let pipe = Pipe()
                let hasState = sandbox.exists("state.json")
                let tap = try Child(
                    ["tap", connector, "--config", "tap.json"] + (hasState ? ["--state", "state.json"] : []),
                    in: sandbox, output: pipe.fileHandleForWriting)
                try pipe.fileHandleForWriting.close()
                let target = try Child(
                    ["target", "sqlite", "--config", "target.json"], in: sandbox, input: pipe.fileHandleForReading,
                    output: SingerOutput.handle("states", in: sandbox))
                try pipe.fileHandleForReading.close()
                ends = executioner.strike([target, tap], within: .milliseconds(200) * (20 + runs) / 20)
                let hint: Comment = "seed \(executioner.seed), run \(runs): \(ends) \(target.said) \(tap.said)"
                try #require(ends.allSatisfy { $0 == .signal(SIGKILL) || $0 == .exit(0) }, hint)
                if let state = try SingerOutput(sandbox.text("states")).lines.last {
                    try sandbox.write(state, to: "state.json")
                }
            } while ends != [.exit(0), .exit(0)]
            let loaded = try SingerLoad.tableUpsert.records(of: "events", in: sandbox).map(\.key).sorted()
            try #require(
                loaded == Array(0..<Self.records), "seed \(executioner.seed), \(executioner.kills) kills, \(runs) runs")
        }
        print("aPipe… \(source) \(form): \(executioner.kills) kills, seed \(executioner.seed)")
    }

    // MARK: Input

    /// Makes what is read, three rows with the same value of the replication key each, and the tap's configuration.
    ///
    /// - Returns: The connector's name.
    private func prepare(_ source: Source, _ form: SingerScript.Form, _ sandbox: Sandbox) throws -> String {
        var settings = source == .table ? #""path":"in.db","table":"events","cursor":{"column":"seq"}"# : ""
        switch source {
        case .table:
            try Database(path: sandbox.path("in.db"), access: .create).execute(
                """
                CREATE TABLE events (id INTEGER PRIMARY KEY, seq INTEGER NOT NULL, note TEXT NOT NULL);
                WITH RECURSIVE n(v) AS (SELECT 0 UNION ALL SELECT v + 1 FROM n LIMIT \(Self.records))
                INSERT INTO events SELECT v, v / 3, printf('%.*c', 100 + v % 40, 'n') FROM n;
                """)
        case .files:
            settings = #""path":"events.jsonl","batch":{"records":1000}"#
            let lines = (0..<Self.records).map { number in
                #"{"id":\#(number),"seq":\#(number / 3),"note":"\#(String(repeating: "n", count: 100 + number % 40))"}"#
            }
            try sandbox.write(lines.joined(separator: "\n") + "\n", to: "events.jsonl")
        }
        if form == .batch {
            settings +=
                #","batch_config":{"encoding":{"format":"jsonl","compression":"gzip"},"batch_size":500,"#
                + #""storage":{"root":"batches","prefix":"part-"}}"#
        }
        try sandbox.write("{\(settings),\"state_interval\":250}", to: "tap.json")
        return source == .table ? "sqlite" : "files"
    }

    // MARK: Output

    /// The records that came out before the last STATE and after it.
    private func numbers(_ output: SingerOutput, _ sandbox: Sandbox) throws -> (before: [Int], after: [Int]) {
        let state = output.lastState ?? -1
        let record = #"{"type":"RECORD","stream":"events","record":{"id":"#
        var before: [Int] = []
        var after: [Int] = []
        var files: [(name: String, isCovered: Bool)] = []
        for (index, line) in output.lines.enumerated() {
            if line.hasPrefix(record) {
                let number = Int(line.dropFirst(record.count).prefix { $0 != "," }) ?? -1
                if index < state { before.append(number) } else { after.append(number) }
            } else if line.hasPrefix(#"{"type":"BATCH""#) {
                files += try manifest(line).map { ($0, index < state) }
            }
        }
        for isCovered in [true, false] {
            let names = files.filter { $0.isCovered == isCovered }.map(\.name).joined(separator: " ")
            guard !names.isEmpty else { continue }
            let found = try sandbox.shell("gzip -dc \(names) | sed 's/^{\"id\":\\([0-9]*\\),.*/\\1/'")
                .split(separator: "\n").compactMap { Int($0) }
            if isCovered { before += found } else { after += found }
        }
        return (before, after)
    }

    /// What is wrong with the files in messages and with all others that have such names.
    private func damagedFiles(_ output: SingerOutput, _ sandbox: Sandbox) throws -> [String] {
        var wanted: [String: Int] = [:]
        for line in output.lines where line.hasPrefix(#"{"type":"BATCH""#) {
            for name in try manifest(line) { wanted[name] = try JSONValue(parsing: line)["size"]?.intValue ?? -1 }
        }
        let counted = try sandbox.shell(
            "for f in $PWD/batches/*.gz; do [ -e \"$f\" ] && echo \"$f\" $(gzip -dc \"$f\" | wc -l) $(gzip -t \"$f\" 2>&1); done; true")
        var faults: [String] = []
        for line in counted.split(separator: "\n") {
            let parts = line.split(separator: " ")
            let count = parts.count == 2 ? Int(parts[1]) : nil
            if count == nil || count == 0 { faults.append(String(line)) }
            if let size = wanted.removeValue(forKey: String(parts[0])), size != count { faults.append(String(line)) }
        }
        return faults + wanted.keys.map { "\($0) is missing" }
    }

    private func manifest(_ line: String) throws -> [String] {
        (try JSONValue(parsing: line)["manifest"]?.arrayValue ?? []).compactMap {
            $0.stringValue.map { String($0.dropFirst("file://".count)) }
        }
    }

    /// Has a target load what came out, and keeps the last STATE that it prints.
    private func load(_ output: SingerOutput, _ sandbox: Sandbox, _ hint: Comment) throws {
        let target = try Child(
            ["target", "sqlite", "--config", "target.json", "--input", "messages"], in: sandbox,
            output: SingerOutput.handle("states", in: sandbox))
        #expect(target.wait() == .exit(output.isCut ? 1 : 0), "\(target.said); \(hint)")
        let state = try SingerOutput(sandbox.text("states")).states().last
        #expect(try state == output.lastStateValue(), "\(target.said); \(hint)")
        if let state { try sandbox.write(state.description, to: "state.json") }
    }
}
