// SPDX-License-Identifier: Apache-2.0

import CartloadCore
import Foundation
import SQLiteDatabase

/// A way to load, and how what it loaded is looked at.
enum SingerLoad: String, CaseIterable {
    case tableAppend, tableUpsert, files, oneFile

    var connector: String { self == .tableAppend || self == .tableUpsert ? "sqlite" : "files" }

    private var settings: String {
        switch self {
        case .tableAppend: #""path":"out.db","load_method":"append-only""#
        case .tableUpsert: #""path":"out.db","load_method":"upsert""#
        case .files: #""path":"out/{stream}-{n}.jsonl","load":"append""#
        case .oneFile: #""path":"out/{stream}.jsonl","load":"append""#
        }
    }

    /// Writes the configuration and takes away what was loaded before.
    func prepare(_ sandbox: Sandbox, roots: [String] = [], more: String = "") throws {
        for name in ["out", "out.db", "out.db-wal", "out.db-shm", "out.db-journal"] { try sandbox.remove(name) }
        try sandbox.write("{\(settings),\"batch_roots\":\(roots)\(more)}", to: "target.json")
    }

    /// The keys and numbers of a stream's records, in order.
    func records(of stream: String, in sandbox: Sandbox) throws -> [(key: Int, number: Int)] {
        guard connector == "files" else {
            let database = try Database(path: sandbox.path("out.db"), access: .create)
            guard try database.integer("SELECT 1 FROM sqlite_schema WHERE name = '\(stream)'") != nil else { return [] }
            return try database.rows("SELECT id, seq FROM \(stream)") { (Int($0.int64(0)), Int($0.int64(1))) }
        }
        let record = #"^{"id":\([0-9]*\),"seq":\([0-9]*\),"note":"n*"}$"#
        return try sandbox.shell("cat out/\(stream)*.jsonl 2>/dev/null | sed -n 's/\(record)/\\1 \\2/p'")
            .split(separator: "\n").map { line in
                let numbers = line.split(separator: " ").compactMap { Int($0) }
                return (numbers[0], numbers[1])
            }
    }

    /// Files that readers see and that have half a record.
    ///
    /// - Parameter isOver: Whether nothing is being added any more to the one file, which a kill may leave in the middle of that.
    func halfFiles(in sandbox: Sandbox, isOver: Bool) throws -> [String] {
        guard self == .files || self == .oneFile && isOver else { return [] }
        let found = try sandbox.shell(
            "for f in out/*.jsonl; do [ -e $f ] && { grep -vqE '^\\{.*\\}$' $f || [ -n \"$(tail -c1 $f)\" ]; } && echo $f; done; true"
        )
        let added = isOver ? sandbox.names("out").filter { $0.hasSuffix(".cartload-add") } : []
        return found.split(separator: "\n").map(String.init) + added
    }

    /// What a destination lacks of that which a STATE covers, or has more often than it was sent; the first few.
    func faults(
        _ script: SingerScript, in sandbox: Sandbox, from starts: [Int], to position: Int
    ) throws -> [String] {
        var faults: [String] = []
        for stream in SingerScript.streams {
            let records = try records(of: stream, in: sandbox)
            let covered = position * SingerScript.size
            if self == .tableUpsert {
                var found = [Int](repeating: -1, count: SingerScript.keys)
                for (key, number) in records {
                    if found[key] >= 0 { faults.append("\(stream) \(key) is there twice") }
                    if SingerScript.key(number) != key { faults.append("\(stream) \(key) is \(number)") }
                    found[key] = number
                }
                for (key, number) in SingerScript.newest(ofFirst: covered).enumerated() where found[key] < number {
                    faults.append("\(stream) \(key) is \(found[key]) and not \(number)")
                }
                continue
            }
            var counts = [Int](repeating: 0, count: script.count)
            for record in records { counts[record.number] += 1 }
            for (number, count) in counts.enumerated() {
                let sent = starts.count { $0 <= number / SingerScript.size }
                if count == 0, number < covered { faults.append("\(stream) \(number) is missing") }
                if count > sent { faults.append("\(stream) \(number) is there \(count) times, and was sent \(sent)") }
            }
        }
        return Array(faults.prefix(5))
    }
}
