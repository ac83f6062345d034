// SPDX-License-Identifier: Apache-2.0

import CartloadCore
import CartloadExpressions
import CartloadTesting
import Glibc
import Testing

/// Writes random expressions with our results for `Tests/Interoperation/expressions/compare.py`, which asks DuckDB.
@Suite struct DuckDBCasesTests {
    static let output = getenv("CARTLOAD_EXPRESSION_CASES").map { String(cString: $0) }
    static let seed = getenv("CARTLOAD_SEED").flatMap { UInt64(String(cString: $0)) } ?? 1
    static let caseCount = 2500
    static let rowCount = 40

    static func rows(_ generator: inout RandomExpression) -> Columns {
        func column<Value>(_ values: [Value]) -> [Value] { (0..<rowCount).map { _ in generator.pick(values) } }
        let moments: [Int64?] = [
            nil, 0, -1, 1_709_634_030_123_456, 951_782_400_000_000, -86_400_000_001, 1_735_689_599_999_999,
            1_609_459_200_000_000, 253_402_300_799_000_000,
        ]
        let days: [Int64?] = [nil, 0, -1, 19787, 11016, 20088, -25567, 18628]
        let dates = column(days)
        let times = column(moments)
        func present(_ values: [Int64?]) -> Bitmap { Bitmap(values.map { $0 != nil }) }
        let words: [String?] = [
            nil, "", "a", "abc", "Grüße", "STRASSE", " a b ", "a,b,c", "x@y@z", "ñandú", "it's", "12", "-3.5", "1e3",
            "日本語",
            "🤦🏼 ok", "%_", "Ünïcödé", "aB1,cD2",
        ]
        let numbers: [Double?] = [
            nil, 0, -0.0, 1, -1.5, 2.5, 0.1, 123456.789, -99999.995, 1e16, 1e-5, 3.14159, 12345678.125,
        ]
        return Columns(
            schema: Schema([
                Field("i", .integer), Field("j", .integer), Field("d", .number), Field("e", .number),
                Field("s", .string),
                Field("t", .string), Field("b", .boolean), Field("c", .boolean), Field("ts", .timestamp(zoned: false)),
                Field("dt", .date),
            ]),
            columns: [
                Column(
                    integers: column([nil, 0, 1, -1, 7, 42, -100, 1_000_000_007, 4_611_686_018_427_387_904, .max, .min])
                ),
                Column(integers: column([nil, 0, 1, 2, 3, -1, -2, -3])), Column(numbers: column(numbers)),
                Column(numbers: column(numbers)), Column(.string, text: column(words)),
                Column(.string, text: column(words)), Column(booleans: column([nil, true, false])),
                Column(booleans: column([nil, true, false])),
                Column(
                    type: .timestamp(zoned: false), values: .int64(Buffer(times.map { $0 ?? 0 })),
                    validity: present(times), count: rowCount),
                Column(
                    type: .date, values: .int64(Buffer(dates.map { $0 ?? 0 })), validity: present(dates),
                    count: rowCount),
            ], count: rowCount)
    }

    @Test(.enabled(if: output != nil, "CARTLOAD_EXPRESSION_CASES names no file"))
    func randomExpressionsAreWrittenForDuckDB() throws {
        var generator = RandomExpression(Self.seed)
        let columns = Self.rows(&generator)
        func values(_ column: Column) -> JSONValue { .array(texts(column).map { $0.map { .string($0) } ?? .null }) }
        var cases: [JSONValue] = []
        for _ in 0..<Self.caseCount {
            let kind = generator.pick(RandomExpression.Kind.allCases)
            let text = generator.make(kind, 1 + Int(generator.random.next() % 4))
            var entry: [(String, JSONValue)] = [("expression", .string(text)), ("kind", .string("\(kind)"))]
            do {
                let evaluated = try Expression(parsing: text).evaluate(over: columns)
                entry.append(("values", values(evaluated.column)))
                entry.append(("errors", .array(evaluated.errors.map { .int($0.row) })))
            } catch let error as CartloadError {
                entry.append(("failure", .string(error.message)))
            }
            cases.append(.object(JSONObject(entry)))
        }
        let fields = zip(columns.schema.fields, columns.columns).map { ($0.name, values($1)) }
        let document = JSONValue.object(JSONObject([("rows", .object(JSONObject(fields))), ("cases", .array(cases))]))
        let file = try #require(fopen(Self.output ?? "", "w"))
        defer { fclose(file) }
        fputs(document.description, file)
    }
}
