// SPDX-License-Identifier: Apache-2.0

import CartloadCore
import CartloadSQLite
import CartloadTesting
import SQLiteDatabase
import TestSupport
import Testing

@Suite struct IncrementTests {
    let folder: TemporaryFolder
    var file: String { folder.path + "/test.db" }

    init() throws { folder = try TemporaryFolder() }

    private func execute(_ sql: String) throws { try Database(path: file, access: .create).execute(sql) }

    @Test(arguments: [
        SQLiteSource(path: ""), SQLiteSource(path: "", slice: .init(key: "id", .rows(2))),
        SQLiteSource(path: "", cursor: "at"), SQLiteSource(path: "", query: "SELECT * FROM t", cursor: "id"),
    ])
    func aLaterRunReadsOnlyWhatIsNew(source: SQLiteSource) async throws {
        var source = source
        source.path = file
        try execute("CREATE TABLE t (id INTEGER PRIMARY KEY, at); INSERT INTO t VALUES (1, 'a'), (2, 'b'), (5, 'b')")
        let stream = try await source.streams()[0]
        let first = try await StreamReading(stream)
        #expect(try first.records().map { $0["id"] } == [1, 2, 5])
        guard case .closed(_, let checkpoint)? = first.elements.last else {
            Issue.record("the last batch is not closed")
            return
        }
        #expect(try await StreamReading(stream, since: checkpoint).records().isEmpty)
        try execute("INSERT INTO t VALUES (6, 'b'), (7, 'c')")
        let second = try await StreamReading(stream, since: checkpoint)
        #expect(try second.records().map { $0["id"] } == [6, 7])
    }

    @Test func aReadSeesOneMoment() async throws {
        try execute(
            "PRAGMA journal_mode = WAL; CREATE TABLE t (id INTEGER PRIMARY KEY); INSERT INTO t VALUES (1), (2), (3)")
        let file = file
        let stream = try await SQLiteSource(path: file).streams()[0]
        let output = BatchOutput(blockSize: 1) { element in
            guard case .records(let batch, _, _, _) = element else { return }
            #expect(batch.count == 1)
            try Database(path: file, access: .create).execute(
                "UPDATE t SET id = id + 100 WHERE id < 100; DELETE FROM t WHERE id = 103")
        }
        try await stream.read(.whole, into: output)
        #expect(try await StreamReading(stream).records().map { $0["id"] } == [101, 102])
    }

    @Test func anOverwriteIsSeenAtItsEndAndKeepsIndexes() async throws {
        try execute("CREATE TABLE t (id INTEGER); INSERT INTO t VALUES (1), (2), (3); CREATE INDEX i ON t (id)")
        let columns = Columns(schema: Schema([Field("id", .integer)]), columns: [Column(integers: [7])], count: 1)
        var diagnostics = Diagnostics()
        func count() throws -> Int64? { try Database(path: file, access: .readOnly).integer("SELECT count(*) FROM t") }

        var writer = try await SQLiteDestination(path: file, load: .overwrite).open(
            DestinationStream("t", checkpointID: "x"))
        try await writer.write(try writer.prepare(RecordBatch(.columns(columns)), &diagnostics))
        _ = try await writer.commit(Commit(sequence: 1, checkpoint: Checkpoint(nil)))
        try await writer.close()
        #expect(try count() == 3)

        writer = try await SQLiteDestination(path: file, load: .overwrite).open(
            DestinationStream("t", checkpointID: "x"))
        try await writer.write(try writer.prepare(RecordBatch(.columns(columns)), &diagnostics))
        _ = try await writer.commit(Commit(sequence: 2, checkpoint: Checkpoint(nil), isLast: true))
        try await writer.close()
        #expect(try count() == 2)
        let names = try Database(path: file, access: .readOnly).rows("SELECT name FROM sqlite_schema") {
            $0.string(0) ?? ""
        }
        #expect(names.contains("i"))
        #expect(!names.contains { $0.hasPrefix("_cartload_new") })
    }

    @Test func anUpsertReplacesTheWholeRecordWhateverItsBlockHad() async throws {
        let both = Columns(
            schema: Schema([Field("id", .integer), Field("v", .string)]),
            columns: [Column(integers: [1, 2]), Column(.string, text: ["a", "b"])], count: 2)
        let one = Columns(schema: Schema([Field("id", .integer)]), columns: [Column(integers: [1])], count: 1)
        let writer = try await SQLiteDestination(path: file, load: .upsert, keys: ["id"])
            .open(DestinationStream("t", checkpointID: "x"))
        var diagnostics = Diagnostics()
        for columns in [both, one] {
            try await writer.write(try writer.prepare(RecordBatch(.columns(columns)), &diagnostics))
        }
        _ = try await writer.commit(Commit(sequence: 1, checkpoint: Checkpoint(nil), isLast: true))
        try await writer.close()
        let rows = try Database(path: file, access: .readOnly).rows("SELECT id, v FROM t ORDER BY id") { $0.string(1) }
        #expect(rows == [nil, "b"])
    }

    /// Random values of random types in random blocks: what is written, whatever widening it takes, means the same.
    @Test(arguments: 0..<20 as Range<UInt64>)
    func widenedColumnsKeepEveryValue(seed: UInt64) async throws {
        var random = SeededGenerator(seed: seed)
        let writer = try await SQLiteDestination(path: file).open(DestinationStream("t", checkpointID: "x"))
        var diagnostics = Diagnostics()
        var written: [String] = []
        for sequence in 1...Int.random(in: 1...4, using: &random) {
            for _ in 0..<Int.random(in: 0...3, using: &random) {
                let column = random.column(count: Int.random(in: 1...5, using: &random))
                let columns = Columns(schema: Schema([Field("v", column.type)]), columns: [column], count: column.count)
                try await writer.write(try writer.prepare(RecordBatch(.columns(columns)), &diagnostics))
                written += (0..<column.count).map { meaning(column.jsonText($0)) }
            }
            _ = try await writer.commit(Commit(sequence: sequence, checkpoint: Checkpoint(nil)))
        }
        _ = try await writer.commit(Commit(sequence: 9, checkpoint: Checkpoint(nil), isLast: true))
        try await writer.close()
        if written.isEmpty { return }
        let found = try Database(path: file, access: .readOnly).rows(
            "SELECT typeof(v), v FROM t ORDER BY rowid"
        ) { $0.exactText }
        #expect(found.map { meaning($0) } == written, "seed \(seed)")
    }

    /// Text without the quotes that JSON adds, numbers without a zero fraction, booleans as SQLite stores them.
    private func meaning(_ text: String?) -> String {
        guard let text else { return "null" }
        if text == "true" || text == "1" { return "1" }
        if text == "false" || text == "0" { return "0" }
        if case .string(let inner)? = try? JSONValue(parsing: text) { return inner }
        return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    }
}

extension Statement {
    /// A value's exact text after its type: SQLite itself would give a floating-point number fifteen digits.
    fileprivate var exactText: String? { string(0) == "real" ? double(1).description : string(1) }
}

extension Column {
    fileprivate func jsonText(_ row: Int) -> String? {
        if isNull(row) { return nil }
        return switch values {
        case .null: nil
        case .boolean(let bits): bits[row] ? "true" : "false"
        case .int64(let values): String(values[row])
        case .float64(let values): values[row].description
        case .text(let text): text[row]
        }
    }
}

extension SeededGenerator {
    fileprivate mutating func column(count: Int) -> Column {
        func values<Value>(_ make: (inout SeededGenerator) -> Value) -> [Value?] {
            (0..<count).map { _ in Int.random(in: 0...3, using: &self) == 0 ? nil : make(&self) }
        }
        switch Int.random(in: 0...5, using: &self) {
        case 0: return Column(booleans: values { Bool.random(using: &$0) })
        case 1: return Column(integers: values { Int64.random(in: -3...3, using: &$0) })
        case 2: return Column(integers: values { Int64.random(in: .min ... .max, using: &$0) })
        case 3: return Column(numbers: values { Double.random(in: -1...1, using: &$0) })
        case 4: return Column(.decimal(), text: values { "\(Int.random(in: 10...99, using: &$0)).50" })
        default: return Column(.string, text: values { ["007", "a\"b", "", "1.50x"].randomElement(using: &$0) ?? "" })
        }
    }
}
