// SPDX-License-Identifier: Apache-2.0

import CartloadCore
import Foundation
import SQLiteDatabase

/// What a tap of ours reads in kill tests, and how what came out of it is looked at.
struct SingerTapInput {
    /// What is read.
    enum Source: String, CaseIterable {
        case table, files
    }

    static let records = 12_000

    let source: Source
    private let sandbox: Sandbox

    /// Makes what is read, three rows with the same value of the replication key each, and the tap's configuration.
    ///
    /// - Parameter isAligned: Whether batch files end where a STATE can; otherwise it comes after more than it covers.
    init(_ source: Source, _ form: SingerScript.Form, isAligned: Bool = false, in sandbox: Sandbox) throws {
        self.source = source
        self.sandbox = sandbox
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
                + #""storage":{"root":"batches","prefix":"part-"}\#(isAligned ? "" : #","max_bytes":40000"#)}"#
        }
        try sandbox.write("{\(settings),\"state_interval\":250}", to: "tap.json")
    }

    /// The tap, going on from the state if there is one.
    var command: [String] {
        ["tap", source == .table ? "sqlite" : "files", "--config", "tap.json"]
            + (sandbox.exists("state.json") ? ["--state", "state.json"] : [])
    }

    // MARK: Output

    /// How many records the last STATE covers; nil without one.
    func reached(_ output: SingerOutput) throws -> Int? {
        guard let bookmark = try output.lastStateValue()?["bookmarks"]?["events"] else { return nil }
        // After this one a stream of files is read from the beginning again.
        guard let text = bookmark["checkpoint"]?.stringValue else { return Self.records }
        let checkpoint = try JSONValue(parsing: text)
        switch source {
        case .table: return checkpoint["rowid"]?.intValue.map { $0 + 1 }
        // Between the end of the file and that of the stream nothing is current.
        case .files: return checkpoint["current"]?["record"]?.intValue ?? Self.records
        }
    }

    /// The records that came out before the last STATE and after it.
    func numbers(_ output: SingerOutput) throws -> (before: [Int], after: [Int]) {
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
    func damagedFiles(_ output: SingerOutput) throws -> [String] {
        var wanted: [String: Int] = [:]
        for line in output.lines where line.hasPrefix(#"{"type":"BATCH""#) {
            for name in try manifest(line) { wanted[name] = try JSONValue(parsing: line)["size"]?.intValue ?? -1 }
        }
        let counted = try sandbox.shell(
            "for f in $PWD/batches/*.gz; do [ -e \"$f\" ] && echo \"$f\" $(gzip -dc \"$f\" | wc -l) $(gzip -t \"$f\" 2>&1); done; true"
        )
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
}
