// SPDX-License-Identifier: Apache-2.0

import CartloadCore
import Testing

@Suite struct InferredColumnsTests {
    /// Fields as processors pass them on: JSON text that nobody has looked into.
    private func passedOn(_ records: [String]) throws -> RecordBatch {
        var diagnostics = Diagnostics()
        let rows = RecordBatch(.rows(Rows(records)))
        let names = try rows.columns(.all, &diagnostics).columns.schema.fields.map(\.name)
        let items = names.map { Projection.Item($0, .raw) }
        return RecordBatch(.columns(try rows.columns(Projection(items), &diagnostics).columns))
    }

    @Test(arguments: [
        ("\"Ada\"", FieldType.string), ("12", .integer), ("1.5", .number), ("true", .boolean),
        ("123456789012345678901234567890", .integer), ("{\"a\":1}", .json), ("[1]", .json),
    ]) func aFieldThatWasPassedOnHasTheTypeOfItsValues(value: String, type: FieldType) throws {
        let records = ["{\"a\":\(value),\"b\":1}", "{\"a\":null}"]
        var diagnostics = Diagnostics()
        let fresh = try RecordBatch(.rows(Rows(records))).columns(.all, &diagnostics).columns
        let all = try passedOn(records).columns(.all, &diagnostics).columns
        #expect(all.schema["a"]?.type == type)
        #expect(all.schema == fresh.schema)
        let one = try passedOn(records).columns(Projection([Projection.Item("a")]), &diagnostics).columns
        #expect(one.schema["a"]?.type == type)
        for row in 0..<2 {
            #expect(all.record(row) == fresh.record(row))
            #expect(one["a"]?.jsonValue(row) == fresh["a"]?.jsonValue(row))
        }
        #expect(diagnostics.rejects.isEmpty)
    }

    @Test func aSelectionKeepsItsRows() throws {
        var batch = try passedOn(["{\"a\":\"x\"}", "{\"a\":\"y\"}", "{\"a\":\"z\"}"])
        batch.selection = .rows([0, 2])
        var diagnostics = Diagnostics()
        let columns = try batch.columns(.all, &diagnostics).columns
        #expect((0..<columns.count).map { columns["a"]?.jsonValue($0) } == ["x", "z"])
    }

    @Test func rawStaysRaw() throws {
        var diagnostics = Diagnostics()
        let items = [Projection.Item("a", .raw)]
        let columns = try passedOn(["{\"a\":1.10}"]).columns(Projection(items), &diagnostics).columns
        #expect(columns.schema["a"]?.type == .json)
        #expect(columns["a"]?.jsonValue(0) == .number("1.10"))
    }
}
