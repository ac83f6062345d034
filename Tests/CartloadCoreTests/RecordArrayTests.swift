// SPDX-License-Identifier: Apache-2.0

@testable import CartloadCore
import TestSupport
import Testing

@Suite struct RecordArrayTests {
    @Test(
        arguments: [
            (#"[{"a":1},{"b":2}]"#, 2, nil), (#"[["a","b"],[1,2],[3,4]]"#, 2, ["a", "b"]), ("[]", 0, nil),
            (#"[["a"]]"#, 0, ["a"]), (#"[ [ "a" , "b" ] , [ [1,[2]] , {"x":[3]} ] ]"#, 1, ["a", "b"]), ("[{}]", 1, nil),
            ("[[],[],[]]", 2, []), (#"[["a\"\u00e9"],[","]]"#, 1, ["a\"é"]),
        ] as [(String, Int, [String]?)])
    func recordsAreObjectsOrRowsBelowARowOfNames(text: String, count: Int, names: [String]?) throws {
        let array = try RecordArray(Bytes(text))
        #expect(array.count == count)
        #expect(array.form == names.map { .rows(names: $0) } ?? .objects)
    }

    @Test(
        arguments: [
            ("5", nil), (#"{"a":1}"#, nil), (#"[{"a":1},[2]]"#, 2), ("[1]", 1), (#"[["a"],{"a":1}]"#, 1),
            (#"[["a"],[1,2]]"#, 1), (#"[["a"],[1],[]]"#, 2), (#"[["a",1],[1,2]]"#, nil), (#"[["a","a"],[1,2]]"#, nil),
            (#"[["a"],5]"#, 1),
        ] as [(String, Int?)])
    func whatIsNoArrayOfRecordsIsRefusedWithTheRecord(text: String, record: Int?) {
        do {
            _ = try RecordArray(Bytes(text))
            Issue.record("it was taken")
        } catch let error as CartloadError {
            #expect(error.code == .wrongRecords)
            #expect(error.location.record == record)
        } catch {
            Issue.record(error)
        }
    }

    @Test(arguments: [
        #"[["value","name"],[1,"x"],[2,"y z"]]"#, #"[{"value":1,"name":"x"},{"value":2,"name":"y z"}]"#,
        #"[ { "value" : 1 , "name" : "x" } , { "value" : 2 , "name" : "y z" } ]"#,
    ])
    func recordsGetWhatTheyLack(text: String) throws {
        let inputs = [
            RecordInput("value", types: [.number]), RecordInput("common", value: Bytes("40")),
            RecordInput("name", value: Bytes(#""none""#)),
        ]
        let (rows, misfits) = try RecordArray(Bytes(text)).merged(from: 0, atMost: 1 << 20, with: inputs, isOpen: true)
        #expect(misfits.isEmpty)
        #expect(
            (0..<rows.count).map { rows[$0].text } == [
                #"{"value":1,"name":"x","common":40}"#, #"{"value":2,"name":"y z","common":40}"#,
            ])
    }

    @Test func misfitsAreNamedByRecord() throws {
        let array = try RecordArray(Bytes(#"[{"n":1},{"n":"1"},{"m":1},{"n":2.5,"x\u0041":0},{"n":null}]"#))
        let (_, misfits) = try array.merged(
            from: 0, atMost: 1 << 20, with: [RecordInput("n", types: [.integer], isRequired: true)], isOpen: false)
        #expect(
            misfits == [
                RecordMisfit(record: 1, kind: .wrongType, name: "n"),
                RecordMisfit(record: 2, kind: .unknown, name: "m"),
                RecordMisfit(record: 2, kind: .missing, name: "n"),
                RecordMisfit(record: 3, kind: .wrongType, name: "n"),
                RecordMisfit(record: 3, kind: .unknown, name: "xA"),
                RecordMisfit(record: 4, kind: .wrongType, name: "n"),
            ])
    }

    @Test(arguments: [1, 40, 100, 1 << 20]) func recordsComeInPartsOfALimitedSize(limit: Int) throws {
        let count = 50
        let text = "[[\"a\"]," + (0..<count).map { "[\($0)]" }.joined(separator: ",") + "]"
        let array = try RecordArray(Bytes(text))
        var found: [String] = []
        while found.count < count {
            let (rows, _) = try array.merged(from: found.count, atMost: limit, with: [], isOpen: true)
            #expect(rows.count >= 1)
            #expect(rows.bytes.count <= max(limit, 20))
            found += (0..<rows.count).map { rows[$0].text }
        }
        #expect(found == (0..<count).map { #"{"a":\#($0)}"# })
    }

    @Test func membersArePickedByNameInAnyOrder() throws {
        let rows = Rows([#"{"b":[1,{"c":2}],"a":"x,y"}"#, #"{"a":1}"#, #"{ "\u0062" : true }"#, "{}"])
        let asRows = try rows.picking(["a", "b"], asRows: true)
        #expect(
            (0..<4).map { asRows[$0].text } == [
                #"["x,y",[1,{"c":2}]]"#, "[1,null]", "[null,true]", "[null,null]",
            ])
        let asObjects = try rows.picking(["b"], asRows: false)
        #expect(asObjects[0].text == #"{"b":[1,{"c":2}]}"#)
        #expect(try rows.memberNames(atMost: 2) == ["b", "a"])
        #expect(throws: CartloadError.self) { try rows.memberNames(atMost: 1) }
    }

    /// Either form of the same random records gives the same objects.
    @Test func bothFormsGiveTheSameObjects() throws {
        let seed = Int.random(in: 0...Int.max)
        var json = RandomJSON(seed: UInt64(seed))
        for _ in 0..<200 {
            let names = (0..<json.below(5) + 1).map { "k\($0)\"\\é" }
            let quoted = names.map { JSONValue.string($0).description }
            let records = (0..<json.below(20)).map { _ in names.map { _ in json.value(depth: 2) } }
            let lists = [quoted.joined(separator: ",")] + records.map { $0.joined(separator: " , ") }
            let rows = "[" + lists.map { "[\($0)]" }.joined(separator: ",\n") + "]"
            let members = records.map { record in
                zip(quoted, record).map { name, value in "\(name):\(value)" }.joined(separator: ",")
            }
            let objects = "[" + members.map { "{\($0)}" }.joined(separator: ", ") + "]"
            let (left, right) = (try RecordArray(Bytes(rows)), try RecordArray(Bytes(objects)))
            let leftRows =
                try left.count == 0 ? Rows([]) : left.merged(from: 0, atMost: .max, with: [], isOpen: true).rows
            let rightRows =
                try right.count == 0 ? Rows([]) : right.merged(from: 0, atMost: .max, with: [], isOpen: true).rows
            #expect(leftRows.count == rightRows.count, "seed \(seed)")
            for record in 0..<min(leftRows.count, rightRows.count) {
                #expect(leftRows[record] == rightRows[record], "seed \(seed)")
            }
        }
    }
}
