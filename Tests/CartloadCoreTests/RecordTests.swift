// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import CartloadCore

@Suite struct RecordTests {
    struct Place: Codable, Equatable {
        var cc: String
        var lat: Double?
    }

    struct Event: Codable, Equatable {
        var id: Int
        var name: String?
        var tags: [String]
        var place: Place
        var active: Bool
    }

    private let events = [
        Event(id: 1, name: "é\"", tags: ["a", "b"], place: Place(cc: "DE", lat: 1.5), active: true),
        Event(id: -2, name: nil, tags: [], place: Place(cc: "", lat: nil), active: false),
    ]

    @Test func valuesGoInAndOutByCodable() throws {
        let batch = try RecordBatch(encoding: events)
        #expect(try batch.records().map { try $0.decode(Event.self) } == events)
    }

    @Test func fieldsAreReadByName() throws {
        let record = try RecordBatch(encoding: events).records()[0]
        #expect(record.int("id") == 1 && record.string("name") == "é\"" && record.bool("active") == true)
        #expect(record["place"]?["lat"]?.doubleValue == 1.5)
        #expect(record["nothing"] == nil)
    }

    @Test func columnsLookTheSame() throws {
        var diagnostics = Diagnostics()
        let batch = try RecordBatch(encoding: events)
        let columns = try batch.columns(.all, &diagnostics).columns
        let records = try RecordBatch(.columns(columns), selection: .rows([0])).records()
        #expect(records.count == 1)
        #expect(try records[0].decode(Event.self) == events[0])
        #expect(records[0]["id"] == 1)
    }

    @Test func whatDoesNotFitSaysWhere() throws {
        let records = try RecordBatch(records: [JSONObject([("id", "x")])]).records()
        #expect(throws: DecodingError.self) { try records[0].decode(Event.self) }
    }
}
