// SPDX-License-Identifier: Apache-2.0

import CartloadTesting
import Testing

@testable import CartloadCore

@Suite struct ColumnCastTests {
    private func cells(_ column: Column) -> [String] { (0..<column.count).map { column.jsonValue($0).description } }

    private static let text = Column(.string, text: ["1", nil, "1.0", "x", "true", "18446744073709551616", ""])

    @Test(
        arguments: [
            (text, FieldType.integer, ["1", "null", "1", "null", "null", "18446744073709551616", "null"], [3, 4, 6]),
            (text, .number, ["1.0", "null", "1.0", "null", "null", "1.8446744073709552e+19", "null"], [3, 4, 6]),
            (text, .boolean, ["null", "null", "null", "null", "true", "null", "null"], [0, 2, 3, 5, 6]),
            (text, .decimal(), ["1", "null", "1.0", "null", "null", "18446744073709551616", "null"], [3, 4, 6]),
            (text, .json, ["\"1\"", "null", "\"1.0\"", "\"x\"", "\"true\"", "\"18446744073709551616\"", "\"\""], []),
            (Column(integers: [1, nil]), .number, ["1.0", "null"], []),
            (Column(integers: [1, nil]), .string, ["\"1\"", "null"], []),
            (Column(numbers: [1, 1.5]), .integer, ["1", "null"], [1]),
            (Column(numbers: [46, 0.1]), .string, ["\"46.0\"", "\"0.1\""], []),
            (Column(booleans: [true, nil]), .string, ["\"true\"", "null"], []),
            (Column(booleans: [true]), .integer, ["null"], [0]),
            (
                Column(.string, text: ["2025-01-01T00:00:00Z", "x"]), .timestamp(zoned: true),
                ["\"2025-01-01T00:00:00Z\"", "null"], [1]
            ),
            (Column(.json, text: ["{}", "[]", nil]), .object(Schema()), ["{}", "null", "null"], [1]),
            (.nulls(count: 2), .integer, ["null", "null"], []),
        ] as [(Column, FieldType, [String], [Int])])
    func aCastKeepsWhatFitsAndListsTheRest(_ column: Column, _ type: FieldType, _ expected: [String], _ failures: [Int])
    {
        let cast = column.cast(to: type)
        #expect(cast.column.type == type)
        let cells = cells(cast.column)
        #expect(cells == expected)
        #expect(cast.failures == failures)
    }

    /// What taps write and what only looks like it; whatever is taken keeps its text.
    @Test(
        arguments: [
            (FieldType.timestamp(zoned: true), "2026-11-20T10:27:40+00:00", true),
            (.timestamp(zoned: true), "2026-11-20T10:27:40Z", true),
            (.timestamp(zoned: true), "2026-11-20T10:27:40.607Z", true),
            (.timestamp(zoned: true), "2026-11-20T10:27:40.607921+00:00", true),
            (.timestamp(zoned: true), "2026-11-20T10:27:40.607921-0530", true),
            (.timestamp(zoned: true), "2026-11-20 10:27:40+00", true),
            (.timestamp(zoned: true), "2026-11-20T10:27:40", true),
            (.timestamp(zoned: true), "2024-02-29 23:59:60", true), (.timestamp(zoned: true), "2026-11-20", true),
            (.timestamp(zoned: true), "0001-01-01T00:00:00Z", true),
            (.timestamp(zoned: true), "9999-12-31T23:59:59.999999Z", true),
            (.timestamp(zoned: true), "0000-00-00 00:00:00", false),
            (.timestamp(zoned: true), "0000-01-01T00:00:00Z", false),
            (.timestamp(zoned: true), "10000-01-01T00:00:00Z", false),
            (.timestamp(zoned: true), "+12026-11-20T00:00:00Z", false),
            (.timestamp(zoned: true), "2026-11-20T24:00:00Z", false),
            (.timestamp(zoned: true), "2026-02-29T10:00:00Z", false),
            (.timestamp(zoned: true), "2026-11-20T10:27:40.Z", false),
            (.timestamp(zoned: true), "2026-11-20T10:27:40+00:00:00", false), (.timestamp(zoned: true), "", false),
            (.date, "2026-11-20", true), (.date, "1900-02-29", false), (.date, "2000-02-29", true),
            (.date, "2026-11-20T00:00:00Z", false), (.time, "10:27:40.5+02:00", true), (.time, "24:00", false),
            (.integer, "1.0", true), (.integer, "1E2", true), (.integer, "-10e-1", true), (.integer, "1.5", false),
            (.integer, "123456789012345678901234567890", true), (.integer, "1e30", false),
        ] as [(FieldType, String, Bool)])
    func textOfTapsIsTakenOrRefused(_ type: FieldType, _ text: String, _ fits: Bool) {
        let cast = Column(.string, text: [text, nil]).cast(to: type)
        #expect(cast.failures == (fits ? [] : [0]))
        #expect(cast.column.isNull(0) == !fits)
        guard fits, type != .integer, case .text(let values) = cast.column.values else { return }
        #expect(values[0] == text)
    }

    @Test func columnsArePickedReachedIntoAndCast() throws {
        let schema = Schema([Field("n", .string), Field("geo", .json)])
        let columns = Columns(
            schema: schema,
            columns: [
                Column(.string, text: ["1", "x", "3", "4"]),
                Column(.json, text: ["{\"cc\":\"DE\"}", "{}", nil, "[1]"]),
            ], count: 4)
        var diagnostics = Diagnostics()
        let batch = RecordBatch(.columns(columns), selection: .rows([0, 1, 2, 3]), origin: Location(record: 10))
        let projected = try batch.columns(
            Projection([.init("n", .typed(.integer)), .init("cc", path: ["geo", "cc"]), .init("none")]), &diagnostics)
        #expect(projected.kept == .rows([0, 2, 3]))
        #expect(
            projected.columns.columns.map { cells($0) } == [
                ["1", "3", "4"], ["\"DE\"", "null", "null"], ["null", "null", "null"],
            ])
        #expect(diagnostics.rejects.map(\.location.record) == [11])
        #expect(diagnostics.rejects.first?.record?.text == "{\"n\":\"x\",\"geo\":{}}")
    }

    @Test(arguments: 0..<20)
    func selectingIsTheSameAsPickingCells(_ seed: Int) {
        var random = SeededGenerator(seed: UInt64(seed))
        let count = 100
        let columns = [
            Column(integers: (0..<count).map { $0 % 7 == 0 ? nil : Int64($0) }),
            Column(numbers: (0..<count).map { Double($0) }),
            Column(booleans: (0..<count).map { $0 % 5 == 0 ? nil : $0 % 3 == 0 }),
            Column(.string, text: (0..<count).map { $0 % 4 == 0 ? nil : "v\($0)" }), .nulls(count: count),
        ]
        let start = Int(random.next() % 50)
        let rows = (0..<Int32(count)).filter { _ in random.next() % 3 == 0 }
        for selection in [Selection.range(start..<start + 37), .rows(rows), .range(0..<count), .rows([])] {
            for column in columns {
                let selected = column.selecting(selection)
                #expect(selected.count == selection.count)
                #expect(
                    cells(selected) == (0..<selection.count).map { column.jsonValue(selection[$0]).description },
                    "seed \(seed)")
            }
        }
    }
}
