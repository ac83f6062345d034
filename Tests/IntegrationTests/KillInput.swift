// SPDX-License-Identifier: Apache-2.0

import CartloadCore
import Foundation
import SQLiteDatabase

/// Records whose every copy can be told from the others, some of them broken.
struct KillInput {
    let records: Int
    var hasRejects = true

    private func isBroken(_ id: Int) -> Bool { hasRejects && id % 997 == 5 }

    private func broken(_ id: Int) -> String { "{\"id\": \(id), \"broken\":" }

    private func fields(_ id: Int) -> (key: String, amount: Int, note: String) {
        ("k\(id &* 7919 % 7)", id &* 31 % 1009, String(repeating: "n", count: id % 40))
    }

    func write(to sandbox: Sandbox) throws {
        var text = ""
        for id in 0..<records {
            let (key, amount, note) = fields(id)
            text +=
                isBroken(id)
                ? broken(id) + "\n" : "{\"id\":\(id),\"key\":\"\(key)\",\"amount\":\(amount),\"note\":\"\(note)\"}\n"
        }
        try sandbox.write(text, to: "input.jsonl")
    }

    func writeCSV(to sandbox: Sandbox) throws {
        var text = "id,key,amount,note\n"
        for id in 0..<records {
            let (key, amount, note) = fields(id)
            text += "\(id),\(key),\(amount),\"\(note)\"\n"
        }
        try sandbox.write(text, to: "input.csv")
        _ = try sandbox.shell("gzip -f input.csv")
    }

    /// What a table has too much, too little or otherwise, the first few.
    func differences(table: String, of path: String) throws -> [String] {
        let database = try Database(path: path, access: .create)
        guard try database.integer("SELECT 1 FROM sqlite_schema WHERE name = '\(table)'") != nil else {
            return ["there is no table"]
        }
        return differences(
            try database.rows("SELECT id, \"key\", amount, note FROM \(table)") { row in
                (Int(row.int64(0)), "\(row.string(1) ?? "")|\(row.int64(2))|\(row.string(3) ?? "")")
            })
    }

    /// What JSON Lines have too much, too little or otherwise, the first few.
    func differences(lines: String) throws -> [String] {
        differences(
            try lines.split(separator: "\n").map { line in
                let record = try JSONValue(parsing: String(line))
                return (
                    record["id"]?.intValue ?? -1,
                    "\(record["key"]?.stringValue ?? "")|\(record["amount"]?.intValue ?? -1)|"
                        + (record["note"]?.stringValue ?? "")
                )
            })
    }

    private func differences(_ found: [(id: Int, rest: String)]) -> [String] {
        var counts = [Int](repeating: 0, count: records)
        var differences: [String] = []
        for (id, rest) in found {
            guard counts.indices.contains(id), !isBroken(id) else {
                differences.append("\(id) was never read")
                continue
            }
            counts[id] += 1
            let (key, amount, note) = fields(id)
            if rest != "\(key)|\(amount)|\(note)" { differences.append("\(id) is \(rest)") }
        }
        for (id, count) in counts.enumerated() where count != 1 && !isBroken(id) {
            differences.append("\(id) is there \(count) times")
        }
        return Array(differences.prefix(5))
    }

    /// What a reject file has too much, too little or otherwise.
    func rejectDifferences(_ text: String) throws -> [String] {
        let found = try text.split(separator: "\n").map { line in
            let reject = try JSONValue(parsing: String(line))
            return "\(reject["record"]?.intValue ?? -1) \(reject["text"]?.stringValue ?? "")"
        }
        let wanted = (0..<records).filter(isBroken).map { "\($0 + 1) \(broken($0))" }
        if found == wanted { return [] }
        let lost = Set(wanted).subtracting(found)
        return ["\(found.count) rejects and not \(wanted.count)"] + lost.sorted().prefix(5)
    }
}
