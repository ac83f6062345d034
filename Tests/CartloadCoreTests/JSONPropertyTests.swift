// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@testable import CartloadCore

@Suite struct JSONPropertyTests {
    @Test(arguments: 0..<60)
    func randomDocumentsSurviveEveryForm(_ seed: Int) throws {
        var generator = RandomJSON(seed: UInt64(seed))
        let records = (0..<60).map { _ in generator.object() }
        let parsed = try records.map { try JSONValue(parsing: $0) }
        var diagnostics = Diagnostics()
        let rows = try Rows.scan(Bytes(records.joined(separator: "\n")), &diagnostics)
        #expect((0..<rows.count).map { rows[$0].text } == records, "seed \(seed)")
        #expect(diagnostics.isEmpty, "seed \(seed)")

        // Columns say the same as a slow parse.
        let batch = RecordBatch(.rows(rows))
        let columns = try batch.columns(.all, &diagnostics).columns
        for field in columns.schema.fields {
            let column = try #require(columns[field.name])
            for (row, record) in parsed.enumerated() {
                #expect(
                    same(column.jsonValue(row), record[field.name] ?? .null), "seed \(seed), \(field.name), row \(row)")
            }
        }
        let raw = try batch.columns(Projection([.init("r", path: ["a"], .raw)]), &diagnostics).columns.columns[0]
        let nested = try batch.columns(Projection([.init("n", path: ["a", "c"])]), &diagnostics).columns.columns[0]
        for (row, record) in parsed.enumerated() {
            #expect(raw.jsonValue(row) == record["a"] ?? .null, "seed \(seed), row \(row)")
            #expect(same(nested.jsonValue(row), record["a"]?["c"] ?? .null), "seed \(seed), row \(row)")
        }

        // One pass gives what two give, with and without bad lines.
        let text = Bytes((records + ["{\"a\":", "", "{\"a\":NaN,\"x\":1}"] + records).joined(separator: "\n") + "\n")
        var once = Diagnostics()
        var twice = Diagnostics()
        for projection in [
            Projection.all, Projection([.init("a"), .init("b", .typed(.string)), .init("c", path: ["a", "c"])]),
        ] {
            let direct = try Rows.scan(text, extracting: projection, origin: Location(line: 1, byte: 0), &once)
            let scanned = try Rows.scan(text, origin: Location(line: 1, byte: 0), &twice)
            let apart = try RecordBatch(.rows(scanned), origin: Location(line: 1, byte: 0)).columns(projection, &twice)
            #expect(direct.rows.bytes == scanned.bytes && direct.rows.count == scanned.count, "seed \(seed)")
            #expect(direct.columns.kept == apart.kept, "seed \(seed)")
            #expect(direct.columns.columns.schema == apart.columns.schema, "seed \(seed)")
            for (one, other) in zip(direct.columns.columns.columns, apart.columns.columns) {
                #expect(
                    (0..<one.count).map { one.jsonValue($0) } == (0..<other.count).map { other.jsonValue($0) },
                    "seed \(seed)")
            }
        }
        #expect(
            once.rejects.map(\.code) == twice.rejects.map(\.code) && once.warnings == twice.warnings, "seed \(seed)")

        // Written and read again, they are still the same.
        var output = BytesBuilder()
        RecordBatch(.columns(columns)).writeJSONLines(into: &output, asciiOnly: seed % 2 == 0, &diagnostics)
        let again = try Rows.scan(output.finish(), &diagnostics)
        #expect(diagnostics.rejects.isEmpty && again.isLineFed, "seed \(seed)")
        for (row, record) in parsed.enumerated() {
            let read = try JSONValue(parsing: again[row])
            for field in columns.schema.fields {
                #expect(same(read[field.name] ?? .null, record[field.name] ?? .null), "seed \(seed), row \(row)")
            }
        }
    }

    /// Equal, numbers by value.
    private func same(_ left: JSONValue, _ right: JSONValue) -> Bool {
        switch (left, right) {
        case (.number(let one), .number(let other)):
            if one == other { return true }
            // What is not exact in a double must have kept its digits.
            return Double(one) == Double(other) && Double(one)?.isFinite == true
        default: return left == right
        }
    }

    @Test(arguments: 0..<40)
    func damagedLinesNeverCostTheirNeighbours(_ seed: Int) throws {
        var generator = RandomJSON(seed: UInt64(1000 + seed))
        var lines = (0..<50).map { _ in generator.object() }
        var damaged: Set<Int> = []
        for _ in 0..<5 {
            let index = generator.below(lines.count)
            var bytes = Array(lines[index].utf8)
            bytes[generator.below(bytes.count)] = UInt8(generator.below(256))
            if bytes.contains(UInt8(ascii: "\n")) { continue }
            lines[index] = "\u{1}"
            damaged.insert(index)
            var text: [UInt8] = []
            for (position, line) in lines.enumerated() {
                text += position == index ? bytes : Array(line.utf8)
                text.append(0x0a)
            }
            var fast = Diagnostics()
            var slow = Diagnostics()
            let rows = try Rows.scan(Bytes(text), &fast)
            let others = try Rows.scanOneByOne(Bytes(text), &slow)
            #expect((0..<rows.count).map { rows[$0] } == (0..<others.count).map { others[$0] }, "seed \(seed)")
            #expect(fast.rejects == slow.rejects, "seed \(seed)")
            #expect(rows.count + fast.rejects.count == lines.count || bytes.allSatisfy { $0 <= 0x20 }, "seed \(seed)")
            #expect(rows.count >= lines.count - damaged.count, "seed \(seed)")
        }
    }
}
