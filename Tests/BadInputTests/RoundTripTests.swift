// SPDX-License-Identifier: Apache-2.0

import CartloadCore
import Foundation
import Testing

/// Values keep what they are through every format and back, but for what Docs/files.md and Docs/sqlite.md say.
@Suite struct RoundTripTests {
    /// Runs a script over random records and returns those that it leaves in `back.jsonl`, beside the first ones.
    private func records(seed: UInt64, _ script: String) throws -> [(before: JSONObject, after: JSONObject)] {
        let place = FileManager.default.temporaryDirectory.appending(path: "cartload-round-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: place) }
        var random = RandomRecords(seed: seed)
        let before = random.records(200)
        let lines = before.map { "\(JSONValue.object($0))\n" }.joined()
        try Data(lines.utf8).write(to: place.appending(path: "in.jsonl"))
        let output = try BadInputCase.run(script, in: place, BadInputTests.program)
        #expect(!output.contains("error"), "seed \(seed): \(output)")
        let text = String(decoding: try Data(contentsOf: place.appending(path: "back.jsonl")), as: UTF8.self)
        let after = try text.split(separator: "\n").compactMap { try JSONValue(parsing: String($0)).objectValue }
        try #require(after.count == before.count, "seed \(seed)")
        return zip(before, after).map { ($0, $1) }
    }

    private func expect(
        seed: UInt64, _ script: String, _ isKept: (String, JSONValue, JSONValue) -> Bool
    ) throws {
        for (index, (before, after)) in try records(seed: seed, script).enumerated() {
            for (field, value) in before.members {
                let found = after[field] ?? .null
                guard !isKept(field, value, found) else { continue }
                Issue.record("seed \(seed), record \(index + 1), field \(field): \(value) came back as \(found)")
                return
            }
        }
    }

    /// The same number, where a type has no digits to keep.
    private func isSame(_ first: JSONValue, _ second: JSONValue) -> Bool {
        guard case .number(let first) = first, case .number(let second) = second else { return false }
        return Double(first) == Double(second)
    }

    @Test(arguments: [1, 2, 3, 4] as [UInt64]) func throughCompressedJSONLinesEveryByteIsKept(seed: UInt64) throws {
        try expect(
            seed: seed,
            "cartload copy in.jsonl a.jsonl.gz; cartload copy a.jsonl.gz b.jsonl.zst\n"
                + "cartload copy b.jsonl.zst back.jsonl; cmp in.jsonl back.jsonl || echo error"
        ) { $1 == $2 }
    }

    @Test(arguments: [11, 12, 13, 14] as [UInt64]) func throughCSVValuesAreKept(seed: UInt64) throws {
        try expect(
            seed: seed, "cartload copy in.jsonl a.csv; cartload copy a.csv b.tsv.gz; cartload copy b.tsv.gz back.jsonl"
        ) { field, before, after in
            switch (field, before) {
            case ("nested", .array), ("nested", .object): after == .string(before.description)
            case ("double", .number): isSame(before, after)
            default: before == after
            }
        }
    }

    @Test(arguments: [21, 22, 23, 24] as [UInt64]) func throughSQLiteValuesAreKept(seed: UInt64) throws {
        try expect(
            seed: seed, "cartload copy in.jsonl sqlite:a.db#t; cartload copy sqlite:a.db#t back.jsonl"
        ) { field, before, after in
            switch (field, before) {
            case ("nested", .array), ("nested", .object): after == .string(before.description)
            case ("wide", .number(let digits)), ("exact", .number(let digits)): after == .string(digits)
            case ("double", .number): isSame(before, after)
            default: before == after
            }
        }
    }
}
