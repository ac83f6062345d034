// SPDX-License-Identifier: Apache-2.0

import CartloadCore
import CartloadExpressions
import CartloadFlow
import Testing

/// Whether this build can take columns out of JSON rows; always true once the JSON path is merged.
private let canReadRows: Bool = {
    var diagnostics = Diagnostics()
    return
        (try? SelectProcessor(SelectList(parsing: "a")).process(RecordBatch(.rows(Rows(["{\"a\":1}"]))), &diagnostics))
        != nil
}()

@Suite(.enabled(if: canReadRows)) struct RowProcessorTests {
    static let batch = RecordBatch(
        .rows(
            Rows([
                #"{"id":1,"name":"ada","amount":1.10,"geo":{"cc":"DE","at":{"x":1,"y":[1, 2]}},"active":true}"#,
                #"{"id":2,"name":"bob","amount":200,"geo":{"cc":"FR"},"active":false}"#,
                #"{"id":12345678901234567890,"name":"eve","amount":"n/a","geo":null,"active":true}"#,
                #"{"id":4,"name":"j\u00fcrgen","amount":1e3,"geo":"none","active":true,"extra":{}}"#,
            ])), origin: Location(source: "rows.jsonl", line: 1, byte: 0, record: 1))

    @Test func aFilterKeepsTheRowsAndTheirBytes() throws {
        var diagnostics = Diagnostics()
        let filter = FilterProcessor(try Expression(parsing: "active AND amount >= 100"))
        let result = try filter.process(Self.batch, &diagnostics)
        #expect(result.selection == .rows([3]))
        #expect(diagnostics.rejects.map(\.location.record) == [3])
        #expect(diagnostics.rejects.first?.record?.text.contains("\"eve\"") == true)
        guard case .rows = result.body else { throw CartloadError(.expressionValue, "not rows") }
    }

    @Test func aBareFieldIsACondition() throws {
        var diagnostics = Diagnostics()
        let result = try FilterProcessor(Expression(parsing: "active")).process(Self.batch, &diagnostics)
        #expect(result.selection == .rows([0, 2, 3]))
    }

    @Test func untouchedFieldsKeepTheirDigits() throws {
        var diagnostics = Diagnostics()
        let steps: JSONValue = [
            ["drop": ["active", "extra", "geo"]], ["rename": ["amount": "value"]], ["set": ["id2": "id"]],
        ]
        var batch = Self.batch
        for processor in try Processors.make(from: steps) { batch = try processor.process(batch, &diagnostics) }
        #expect(
            ProcessorTests.records(batch) == [
                #"id=1 name="ada" value=1.10 id2=1"#, #"id=2 name="bob" value=200 id2=2"#,
                #"id=12345678901234567890 name="eve" value="n/a" id2=12345678901234567890"#,
                #"id=4 name="j\u00fcrgen" value=1e3 id2=4"#,
            ])
        #expect(diagnostics.isEmpty)
    }

    @Test func aSelectionComputesAndPassesOn() throws {
        var diagnostics = Diagnostics()
        let select = SelectProcessor(
            try SelectList(parsing: "id, upper(name) AS name, geo.cc AS cc, geo.cc || '!' AS call"))
        #expect(
            ProcessorTests.records(try select.process(Self.batch, &diagnostics)) == [
                #"id=1 name=ADA cc="DE" call=DE!"#, #"id=2 name=BOB cc="FR" call=FR!"#,
                #"id=12345678901234567890 name=EVE cc=null call=null"#, #"id=4 name=JÜRGEN cc=null call=null"#,
            ])
    }

    @Test func castsSeeTheTextThatWasWritten() throws {
        var diagnostics = Diagnostics()
        let cast = try Processors.make("cast", ["amount": "decimal(10,2)"])
        let result = try SelectProcessor(SelectList(parsing: "amount")).process(
            try cast.process(Self.batch, &diagnostics), &diagnostics)
        #expect(ProcessorTests.records(result) == ["amount=1.10", "amount=200.00", "amount=1000.00"])
        #expect(diagnostics.rejects.map(\.location.record) == [3])
    }

    @Test func flatteningOpensObjects() throws {
        var diagnostics = Diagnostics()
        let batch = try DropProcessor(["name", "amount", "active"]).process(Self.batch, &diagnostics)
        let deep = try FlattenProcessor().process(batch, &diagnostics)
        #expect(
            ProcessorTests.records(deep) == [
                #"id=1 geo=null geo__cc="DE" geo__at__x=1 geo__at__y=[1, 2] extra=null"#,
                #"id=2 geo=null geo__cc="FR" geo__at__x=null geo__at__y=null extra=null"#,
                #"id=12345678901234567890 geo=null geo__cc=null geo__at__x=null geo__at__y=null extra=null"#,
                #"id=4 geo="none" geo__cc=null geo__at__x=null geo__at__y=null extra={}"#,
            ])
        let shallow = try FlattenProcessor(separator: ".", maximumDepth: 1).process(batch, &diagnostics)
        #expect(ProcessorTests.records(shallow)[0].contains(#"geo.at={"x":1,"y":[1, 2]}"#))
        #expect {
            let twice = RecordBatch(.rows(Rows([#"{"a__b":1,"a":{"b":2}}"#])))
            _ = try FlattenProcessor().process(twice, &diagnostics)
        } throws: { ($0 as? CartloadError)?.code == .duplicateField }
    }

    @Test func hashesAndMasksWorkOnTheTextOfJSON() throws {
        var diagnostics = Diagnostics()
        let mask = try MaskProcessor(["name"], keepFirst: 1)
        let result = try SelectProcessor(SelectList(parsing: "name")).process(
            try mask.process(Self.batch, &diagnostics), &diagnostics)
        #expect(ProcessorTests.records(result) == ["name=a**", "name=b**", "name=e**", "name=j*****"])
    }

    @Test func bytesAreThoseOfTheRecordsAsTheyAre() throws {
        guard case .rows(let rows) = Self.batch.body else { return }
        let sizes = (0..<rows.count).map { rows[$0].count }
        let two = sizes[0] + sizes[1]
        #expect(try BytesBatcher(bytes: two).parts(of: Self.batch).first?.positions == .range(0..<2))
        #expect(try BytesBatcher(bytes: two - 1).parts(of: Self.batch).first?.positions == .range(0..<1))
        let keyed = try Self.batch.divided(by: KeyBatcher(by: [Expression(parsing: "active")]))
        #expect(keyed.map(\.selection) == [.rows([0, 2, 3]), .rows([1])])
        #expect(keyed.map(\.key) == [BatchKey([true]), BatchKey([false])])
    }
}
