// SPDX-License-Identifier: Apache-2.0

import CartloadCore
import CartloadExpressions
import CartloadFlow
import Testing

@Suite struct ProcessorTests {
    static let batch = RecordBatch(
        .columns(
            Columns(
                schema: Schema([
                    Field("id", .integer), Field("name", .string), Field("amount", .decimal()), Field("email", .string),
                ]),
                columns: [
                    Column(integers: [1, 2, 3, 4]), Column(.string, text: ["ada", nil, "grüße", "bob"]),
                    Column(.decimal(), text: ["12.345", "7", "1e2", "0.10"]),
                    Column(.string, text: ["a@b", "+491701234567", nil, "xy"]),
                ], count: 4)), origin: Location(source: "test", record: 1))

    /// The records of a batch as texts.
    static func records(_ batch: RecordBatch) -> [String] {
        guard case .columns(let columns) = batch.body else { return [] }
        return (0..<(batch.count ?? 0)).map { position in
            let row = batch.selection?[position] ?? position
            return zip(columns.schema.fields, columns.columns).map { field, column in
                "\(field.name)=\(value(column, row))"
            }.joined(separator: " ")
        }
    }

    static func value(_ column: Column, _ row: Int) -> String {
        if column.isNull(row) { return "null" }
        switch column.values {
        case .null: return "null"
        case .boolean(let bits): return "\(bits[row])"
        case .int64(let buffer): return "\(buffer[row])"
        case .float64(let buffer): return "\(buffer[row])"
        case .text(let text): return text[row]
        }
    }

    @Test(
        arguments: [
            (
                "filter", "amount > 5",
                [
                    "id=1 name=ada amount=12.345 email=a@b", "id=2 name=null amount=7 email=+491701234567",
                    "id=3 name=grüße amount=1e2 email=null",
                ]
            ),
            (
                "select", "upper(name) AS name, id",
                ["name=ADA id=1", "name=null id=2", "name=GRÜẞE id=3", "name=BOB id=4"]
            ),
            (
                "select", "* EXCLUDE (email, name), id + 1 AS id",
                ["id=2 amount=12.345", "id=3 amount=7", "id=4 amount=1e2", "id=5 amount=0.10"]
            ),
            (
                "drop", ["email", "name"],
                ["id=1 amount=12.345", "id=2 amount=7", "id=3 amount=1e2", "id=4 amount=0.10"]
            ),
            (
                "set", ["id": "id * 2", "first": "left(name, 1)"],
                [
                    "id=2 name=ada amount=12.345 email=a@b first=a",
                    "id=4 name=null amount=7 email=+491701234567 first=null",
                    "id=6 name=grüße amount=1e2 email=null first=g", "id=8 name=bob amount=0.10 email=xy first=b",
                ]
            ),
        ] as [(String, JSONValue, [String])])
    func aProcessorMadeFromAFlowWorks(name: String, value: JSONValue, expected: [String]) throws {
        var diagnostics = Diagnostics()
        let result = try Processors.make(name, value).process(Self.batch, &diagnostics)
        #expect(Self.records(result) == expected)
        #expect(diagnostics.isEmpty)
    }

    @Test func aChainKeepsWhatItDoesNotTouch() throws {
        let steps: JSONValue = [
            ["drop": "name"], ["rename": ["email": "mail"]], ["cast": ["amount": "decimal(10,2)"]],
            ["mask": ["fields": "mail", "keep_last": 2]],
        ]
        var batch = Self.batch
        var diagnostics = Diagnostics()
        for processor in try Processors.make(from: steps) { batch = try processor.process(batch, &diagnostics) }
        #expect(
            Self.records(batch) == [
                "id=1 amount=12.35 mail=*@b", "id=2 amount=7.00 mail=***********67", "id=3 amount=100.00 mail=null",
                "id=4 amount=0.10 mail=**",
            ])
    }

    /// What a processor passes on as JSON text has the types for the next that it would have had for the first.
    @Test func aChainComputesWithTheTypesOfTheRecords() throws {
        var diagnostics = Diagnostics()
        let processors = try Processors.make(from: [
            ["rename": ["x": "y"]], ["set": ["double": "id * 2", "length": "length(name)", "sum": "y + 1"]],
        ])
        var batch = RecordBatch(
            .rows(Rows([#"{"id":1,"x":1.5,"name":"a\"b"}"#, #"{"id":2,"x":2,"name":null}"#, #"{"id":3}"#])))
        for processor in processors { batch = try processor.process(batch, &diagnostics) }
        #expect(diagnostics.isEmpty)
        #expect(
            try batch.records().map { JSONValue.object($0.object).description } == [
                #"{"id":1,"y":1.5,"name":"a\"b","double":2,"length":3,"sum":2.5}"#,
                #"{"id":2,"y":2,"name":null,"double":4,"length":null,"sum":3.0}"#,
                #"{"id":3,"y":null,"name":null,"double":6,"length":null,"sum":null}"#,
            ])
    }

    @Test func hashesAreSaltedAndNullStaysNull() throws {
        var diagnostics = Diagnostics()
        let hash = try HashProcessor(["email"], salt: "pepper")
        let result = try SelectProcessor(SelectList(parsing: "email")).process(
            try hash.process(Self.batch, &diagnostics), &diagnostics)
        let expected = try SelectProcessor(SelectList(parsing: "sha256('pepper' || email) AS email")).process(
            Self.batch, &diagnostics)
        #expect(Self.records(result) == Self.records(expected))
        #expect(Self.records(result)[2] == "email=null")
    }

    @Test func aRecordThatCannotBeCastIsRejected() throws {
        var diagnostics = Diagnostics()
        let result = try Processors.make("cast", ["name": "integer"]).process(Self.batch, &diagnostics)
        #expect(Self.records(result).count == 1)
        #expect(
            diagnostics.rejects.map(\.message) == [
                "name: \"ada\" is not a whole number", "name: \"grüße\" is not a whole number",
                "name: \"bob\" is not a whole number",
            ])
        #expect(diagnostics.rejects.map(\.location.record) == [1, 3, 4])
        #expect(diagnostics.rejects[0].record?.text.contains("\"name\":\"ada\"") == true)
    }

    @Test func filteringNarrowsTheSelectionAndRejectsWhatItCannotDecide() throws {
        var batch = Self.batch
        batch.selection = .rows([1, 2, 3])
        var diagnostics = Diagnostics()
        let filter = FilterProcessor(try Expression(parsing: "10 // (id - 3) > 0"))
        let result = try filter.process(batch, &diagnostics)
        #expect(result.selection == .rows([3]))
        #expect(diagnostics.rejects.map(\.location.record) == [3])
    }

    @Test(
        arguments: [
            (["fliter": "a"], "there is no processor \"fliter\"", "Did you mean \"filter\"?"),
            (
                ["mask": ["fields": "a", "kep_last": 3]], "there is no field \"p[0].mask.kep_last\"",
                "Did you mean \"keep_last\"?"
            ),
            (["filter": 3], "filter: a text is expected", nil),
            (["cast": ["a": "intger"]], nil, "Did you mean INTEGER?"),
        ] as [(JSONValue, String?, String?)])
    func aMistakeInAFlowIsExplained(step: JSONValue, message: String?, advice: String?) throws {
        do {
            _ = try Processors.make(
                from: [step], path: "p", positions: Configuration.Positions(source: "flow.yaml", lines: ["p[0]": 7]))
            Issue.record("\(step) is accepted")
        } catch let error as CartloadError {
            if let message { #expect(error.message == message) }
            #expect(error.advice == advice)
            #expect(error.location.line == 7)
        }
    }

    @Test func schemasFollowTheRecords() throws {
        let schema = Schema([
            Field("id", .integer),
            Field("geo", .object(Schema([Field("cc", .string), Field("at", .object(Schema([Field("x", .number)])))]))),
        ])
        #expect(
            try FlattenProcessor().schema(from: schema).fields.map { "\($0.name) \($0.type)" } == [
                "id integer", "geo__cc string", "geo__at__x number",
            ])
        #expect(
            try SelectProcessor(SelectList(parsing: "geo.cc, id / 2 AS half, id > 1 AS big")).schema(from: schema)
                .fields
                .map { "\($0.name) \($0.type)" } == ["cc string", "half number", "big boolean"])
        #expect(throws: CartloadError.self) { try DropProcessor(["idd"]).schema(from: schema) }
        #expect(throws: CartloadError.self) { try FilterProcessor(Expression(parsing: "idd > 1")).schema(from: schema) }
    }
}
