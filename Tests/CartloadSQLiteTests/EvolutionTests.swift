// SPDX-License-Identifier: Apache-2.0

import CartloadCore
import CartloadSQLite
import SQLiteDatabase
import TestSupport
import Testing

/// One or two columns of a batch, by name.
private func batch(_ columns: (String, Column)...) -> RecordBatch {
    RecordBatch(
        .columns(
            Columns(
                schema: Schema(columns.map { Field($0.0, $0.1.type) }), columns: columns.map(\.1),
                count: columns[0].1.count)))
}

@Suite struct EvolutionTests {
    let folder: TemporaryFolder
    var file: String { folder.path + "/test.db" }

    init() throws { folder = try TemporaryFolder() }

    /// Writes batches in one transaction, and commits.
    @discardableResult
    private func load(
        _ batches: [RecordBatch], _ load: SQLiteDestination.Load = .append, keys: [String] = [], evolve: Bool = true,
        schema: Schema? = nil
    ) async throws -> Diagnostics {
        let writer = try await SQLiteDestination(path: file, load: load, keys: keys, evolve: evolve).open(
            DestinationStream("t", schema: schema, checkpointID: "test"))
        var diagnostics = Diagnostics()
        do {
            for batch in batches { try await writer.write(try writer.prepare(batch, &diagnostics)) }
            _ = try await writer.commit(Commit(sequence: 1, checkpoint: Checkpoint(nil), isLast: true))
        } catch {
            try await writer.close()
            throw error
        }
        try await writer.close()
        return diagnostics
    }

    private func values(_ column: String = "v") throws -> [String] {
        try Database(path: file, access: .readOnly).rows(
            "SELECT typeof(\(column)) || ' ' || coalesce(quote(\(column)), '') FROM t ORDER BY rowid"
        ) { $0.string(0) ?? "" }
    }

    private var text: Column { Column(.string, text: ["007", nil, "a\"b"]) }
    private var wide: Column { Column(.integer, text: ["123456789012345678901234567890"]) }
    private var big: Column { Column(integers: [9_007_199_254_740_993]) }

    @Test func textStaysTextAndIntegersStayWhole() async throws {
        try await load([batch(("v", text)), batch(("w", wide)), batch(("x", big))])
        #expect(try values() == ["text '007'", "null NULL", "text 'a\"b'", "null NULL", "null NULL"])
        #expect(try values("w")[3] == "text '123456789012345678901234567890'")
        #expect(try values("x")[4] == "integer 9007199254740993")
    }

    @Test func integersAndTextStayWhatTheyAreInOneColumn() async throws {
        try await load([batch(("v", Column(integers: [7, nil]))), batch(("v", text))])
        #expect(try values() == ["integer 7", "null NULL", "text '007'", "null NULL", "text 'a\"b'"])
    }

    @Test func aMixedColumnBecomesJSONWhenABooleanComes() async throws {
        try await load([batch(("v", Column(integers: [7, nil]))), batch(("v", text))])
        try await load([batch(("v", Column(booleans: [true])))])
        #expect(
            try values() == [
                "text '7'", "null NULL", "text '\"007\"'", "null NULL", "text '\"a\\\"b\"'", "text 'true'",
            ])
    }

    @Test func theOrderOfTypesDoesNotMatter() async throws {
        try await load([batch(("v", text)), batch(("v", Column(integers: [7, nil])))])
        #expect(try values() == ["text '007'", "null NULL", "text 'a\"b'", "integer 7", "null NULL"])
    }

    @Test func wideIntegersWidenIntegersToDigits() async throws {
        try await load([batch(("v", big)), batch(("v", wide)), batch(("v", Column(integers: [1])))])
        #expect(
            try values() == ["text '9007199254740993'", "text '123456789012345678901234567890'", "text '1'"])
    }

    @Test func integersAndFloatingPointNumbersAreBothExact() async throws {
        try await load([batch(("v", big)), batch(("v", Column(numbers: [0.1]))), batch(("v", big))])
        #expect(try values() == ["integer 9007199254740993", "real 0.1", "integer 9007199254740993"])
        try await load([batch(("v", Column(.decimal(), text: ["1.10"])))])
        #expect(try values() == ["text '9007199254740993'", "text '0.1'", "text '9007199254740993'", "text '1.10'"])
    }

    @Test func aRealColumnTakesSmallIntegersAndWidensForLargeOnes() async throws {
        let schema = Schema([Field("v", .number)])
        try await load([batch(("v", Column(integers: [2])))], schema: schema)
        #expect(try values() == ["real 2.0"])
        try await load([batch(("v", big))], schema: schema)
        #expect(try values()[1] == "integer 9007199254740993")
    }

    @Test func booleansThenNumbersBecomeJSON() async throws {
        try await load([batch(("v", Column(booleans: [true, false, nil]))), batch(("v", Column(numbers: [0.5])))])
        #expect(try values() == ["text 'true'", "text 'false'", "null NULL", "text '0.5'"])
    }

    @Test func aColumnOfNullsWaitsForItsType() async throws {
        try await load([
            batch(("k", Column(integers: [1])), ("v", .nulls(count: 1)), ("never", .nulls(count: 1))),
            batch(("k", Column(integers: [2])), ("v", Column(integers: [5]))),
        ])
        #expect(try values() == ["null NULL", "integer 5"])
        #expect(try values("never") == ["null NULL", "null NULL"])
    }

    @Test func indexesAndRowsSurviveWidening() async throws {
        try await load([batch(("v", Column(integers: [3, 1, 2])))])
        try Database(path: file, access: .create).execute("CREATE INDEX i ON t (v)")
        try await load([batch(("v", text))])
        #expect(try values().count == 6)
        #expect(
            try Database(path: file, access: .readOnly).rows(
                "SELECT name FROM sqlite_schema WHERE type = 'index' AND name = 'i'"
            ) {
                $0.string(0)
            } == ["i"])
    }

    @Test(arguments: [
        ("INTEGER", "007"), ("REAL", "1e5"), ("NUMERIC", " 12 "), ("DECIMAL(10,2)", "12.50"), ("DATETIME", "2026"),
    ])
    func aForeignColumnThatWouldChangeTextIsRefused(type: String, value: String) async throws {
        try Database(path: file, access: .create).execute("CREATE TABLE t (v \(type))")
        let error = await #expect(throws: CartloadError.self) {
            try await load([batch(("v", Column(.string, text: [value])))])
        }
        #expect(error?.code == .sqliteColumnType)
        #expect(try values().isEmpty)
    }

    @Test(arguments: [
        ("DATETIME", "2026-11-20 10:00:00", "text '2026-11-20 10:00:00'"), ("DATE", "2026-11-20", "text '2026-11-20'"),
        ("VARCHAR(3)", "007", "text '007'"), ("", "007", "text '007'"), ("BLOB", "007", "text '007'"),
    ])
    func aForeignColumnThatKeepsTextTakesIt(type: String, value: String, stored: String) async throws {
        try Database(path: file, access: .create).execute("CREATE TABLE t (v \(type))")
        try await load([batch(("v", Column(.string, text: [value])))])
        #expect(try values() == [stored])
    }

    @Test func floatingPointNumbersGoIntoForeignTextInTheirShortestDigits() async throws {
        try Database(path: file, access: .create).execute("CREATE TABLE t (v TEXT, other DEFAULT 'kept')")
        try await load([batch(("v", Column(numbers: [0.1, 1e300])))])
        #expect(try values() == ["text '0.1'", "text '1e+300'"])
        #expect(try values("other") == ["text 'kept'", "text 'kept'"])
    }

    /// JSON Lines, as messages bring them.
    private func rows(_ values: [String]) -> RecordBatch {
        RecordBatch(.rows(Rows(values.map { "{\"v\":\($0)}" })))
    }

    @Test(arguments: [nil, "INTEGER", "BIGINT"])
    func wholeNumbersWithAFractionOfZeroFitIntegerColumns(foreign: String?) async throws {
        if let foreign { try Database(path: file, access: .create).execute("CREATE TABLE t (v \(foreign))") }
        try await load(
            [rows(["7", "null"]), rows(["1.0", "1E2", "-3e0", "null"])], evolve: false,
            schema: Schema([Field("v", .integer)]))
        #expect(
            try values() == ["integer 7", "null NULL", "integer 1", "integer 100", "integer -3", "null NULL"])
        let error = await #expect(throws: CartloadError.self) { try await load([rows(["1.5"])], evolve: false) }
        #expect(error?.code == .sqliteColumnType)
    }

    @Test func integersOfThirtyDigitsKeepEveryDigit() async throws {
        let digits = "123456789012345678901234567890"
        try await load([rows(["7"]), rows([digits, "1.0"])], schema: Schema([Field("v", .integer)]))
        #expect(try values() == ["text '7'", "text '\(digits)'", "text '1.0'"])
    }

    @Test func zeroAndOneAreNotTakenForBooleans() async throws {
        try await load([rows(["true", "false"]), rows(["1", "0"])], schema: Schema([Field("v", .boolean)]))
        #expect(try values() == ["text 'true'", "text 'false'", "text '1'", "text '0'"])
    }

    @Test(arguments: [nil, "DATETIME", "TIMESTAMP", "TEXT"])
    func timesKeepTheSpellingOfTheSource(foreign: String?) async throws {
        let times = [
            "2026-11-20T10:27:40+00:00", "2026-11-20T10:27:40Z", "2026-11-20T10:27:40.607Z",
            "2026-11-20T10:27:40.607921+00:00", "2026-11-20 10:27:40", "2026-11-20", "0000-00-00 00:00:00",
            "12026-01-01T00:00:00Z", "2026-11-20T24:00:00Z",
        ]
        if let foreign { try Database(path: file, access: .create).execute("CREATE TABLE t (v \(foreign))") }
        try await load(
            [rows(times.map { "\"\($0)\"" })], evolve: false, schema: Schema([Field("v", .timestamp(zoned: true))]))
        #expect(try values() == times.map { "text '\($0)'" })
    }

    @Test func newColumnsNeedEvolve() async throws {
        try Database(path: file, access: .create).execute("CREATE TABLE t (v)")
        let new = batch(("v", Column(integers: [1])), ("new", Column(integers: [1])))
        let error = await #expect(throws: CartloadError.self) { try await load([new], evolve: false) }
        #expect(error?.code == .sqliteMissingColumn)
        try await load([new])
        #expect(try values("new") == ["integer 1"])
    }

    @Test func fieldsThatDifferInCaseOnlyClash() async throws {
        let error = await #expect(throws: CartloadError.self) {
            try await load([batch(("Name", text), ("name", text))])
        }
        #expect(error?.code == .sqliteColumnClash)
        #expect(error?.message == "the fields \"Name\" and \"name\" would be the same column")
    }

    @Test func moreColumnsThanSQLiteHasAreRefused() async throws {
        let columns = (0..<2001).map { ("c\($0)", Column(integers: [1])) }
        let wide = RecordBatch(
            .columns(
                Columns(schema: Schema(columns.map { Field($0.0, .integer) }), columns: columns.map(\.1), count: 1)))
        let error = await #expect(throws: CartloadError.self) { try await load([wide]) }
        #expect(error?.code == .sqliteTooManyColumns)
    }

    @Test func upsertIntoATableWithoutAUniqueKeyIsRefused() async throws {
        try Database(path: file, access: .create).execute("CREATE TABLE t (v)")
        let error = await #expect(throws: CartloadError.self) {
            try await load([batch(("v", Column(integers: [1])))], .upsert, keys: ["v"])
        }
        #expect(error?.code == .sqliteKeys)
    }

    @Test func notANumberIsRejectedInsteadOfBecomingNull() async throws {
        let diagnostics = try await load([batch(("v", Column(numbers: [1, .nan, nil, -.infinity])))])
        #expect(diagnostics.rejects.map(\.code) == [.sqliteNotANumber])
        #expect(try values() == ["real 1.0", "null NULL", "real -Inf"])
    }

    @Test func selectedRowsOnlyAreWritten() async throws {
        var some = batch(("v", Column(integers: [0, 1, 2, 3, 4, 5])))
        some.selection = .rows([1, 4])
        try await load([some])
        some.selection = .range(2..<4)
        try await load([some])
        #expect(try values() == ["integer 1", "integer 4", "integer 2", "integer 3"])
    }

    @Test func timesHeldAsNumbersAreWrittenOut() async throws {
        let stamps = Column(
            type: .timestamp(zoned: true), values: .int64(Buffer([0, -1, 951_782_400_250_000])), count: 3)
        let days = Column(type: .date, values: .int64(Buffer([0, -1, 11016])), count: 3)
        try await load([batch(("v", stamps), ("d", days))])
        #expect(
            try values() == [
                "text '1970-01-01T00:00:00Z'", "text '1969-12-31T23:59:59.999999Z'",
                "text '2000-02-29T00:00:00.250000Z'",
            ])
        #expect(try values("d") == ["text '1970-01-01'", "text '1969-12-31'", "text '2000-02-29'"])
    }
}
