// SPDX-License-Identifier: Apache-2.0

import CartloadCore
import CartloadFlow
import CartloadTesting
import TestSupport
import Testing

@testable import CartloadSinger

/// Texts that are called dates and are none: the same is done to them in RECORD messages, JSON Lines and CSV (I4).
@Suite struct InvalidDateTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private static let properties =
        #""id":{"type":"integer"},"at":{"type":["string","null"],"format":"date-time"},"day":{"type":["null","string"],"format":"date"}"#

    enum Form: String, CaseIterable, Sendable { case record, jsonl, csv }

    private func bare(_ json: String) -> String { json == "null" ? "" : json }

    /// Messages with a record for each pair of values, which are JSON.
    private func messages(_ rows: [(at: String, day: String)], _ form: Form, properties: String = properties) throws
        -> String
    {
        let schema = Message.schema("users", properties, keys: #""id""#)
        let records = rows.enumerated().map { #"{"id":\#($0),"at":\#($1.at),"day":\#($1.day)}"# }
        switch form {
        case .record:
            return schema
                + records.map { #"{"type":"RECORD","stream":"users","record":\#($0)}"# + "\n" }.joined()
        case .jsonl:
            try folder.write("a", records.map { $0 + "\n" }.joined())
            return schema + Message.batch("users", [folder.path + "/a"])
        case .csv:
            let lines = rows.enumerated().map { "\($0),\(bare($1.at)),\(bare($1.day))\n" }
            try folder.write("a", "id,at,day\n" + lines.joined())
            return schema
                + #"{"type":"BATCH","stream":"users","format":{"name":"csv"},"manifest":["\#(folder.path)/a"]}"# + "\n"
        }
    }

    /// What arrives.
    private func load(
        _ messages: String, _ treatment: String, _ more: [String: JSONValue] = [:]
    ) async throws -> (records: [JSONObject], error: CartloadError?, trial: TargetTrial) {
        var settings = JSONObject([
            ("invalid_dates", .string(treatment)), ("batch_roots", [.string(folder.path)]),
        ])
        for (name, value) in more { settings[name] = value }
        let trial = try TargetTrial(.object(settings))
        let destination = WatchedDestination(trial.log)
        let error = await trial.run(messages + Message.state(1), into: destination)
        return (destination.records("users"), error, trial)
    }

    private static let dates = [
        "0000-00-00 00:00:00", "0000-00-00", "0000-01-01T00:00:00Z", "10000-01-01T00:00:00Z", "2024-13-01T00:00:00Z",
        "2024-00-10", "2024-02-30", "2023-02-29T00:00:00Z", "2024-02-28T24:00:00Z", "2024-02-28T12:60:00Z",
        "2024-02-28T12:00:00+25:00", "2024-2-3", "20240203", "28.02.2024", "never", "2024-02-28T", "2024-02-28T12",
        " 2024-02-28", "2024-02-28 12:00:00 UTC",
    ]

    private static let good = [
        "2024-02-29", "2024-02-28T23:59:59Z", "2024-02-28T23:59:59.123456+00:00", "2024-02-28 12:00:00",
        "2024-02-28T12:00:00-0500", "9999-12-31T23:59:59.999999Z", "0001-01-01T00:00:00Z", "2024-02-28t12:00z",
        "2024-02-28T12:00:00.123456789Z",
    ]

    @Test(arguments: dates, Form.allCases) func whatIsNoDateIsReplaced(text: String, form: Form) async throws {
        let rows = [
            (at: "\"\(text)\"", day: "\"2024-02-03\""), ("\"2024-02-03T04:05:06Z\"", "\"\(text)\""), ("null", "null"),
        ]
        let max = try await load(messages(rows, form), "max")
        #expect(max.error == nil)
        #expect(max.records.map { $0["at"] } == ["9999-12-31T23:59:59.999999Z", "2024-02-03T04:05:06Z", .null])
        #expect(max.records.map { $0["day"] } == ["2024-02-03", "9999-12-31", .null])
        #expect(max.trial.meter.snapshot.warnings == [.invalidDate: 2])
        let null = try await load(messages(rows, form), "null")
        #expect(null.records.map { $0["at"] } == [.null, "2024-02-03T04:05:06Z", .null])
        #expect(null.records.map { $0["day"] } == ["2024-02-03", .null, .null])
        #expect(null.trial.meter.snapshot.warnings == [.invalidDate: 2] && null.trial.states.count == 1)
    }

    /// By default nobody looks: CSV gives what records give.
    @Test(arguments: Form.allCases) func byDefaultTheyStay(form: Form) async throws {
        let rows = (Self.dates + Self.good).map { (at: "\"\($0)\"", day: "\"\($0)\"") }
        let (records, error, trial) = try await load(messages(rows, form), "keep")
        #expect(error == nil)
        #expect(records.map { $0["at"]?.stringValue } == Self.dates + Self.good)
        #expect(records.map { $0["day"]?.stringValue } == Self.dates + Self.good)
        #expect(trial.meter.snapshot.warnings.isEmpty)
        #expect(try TargetTrial([:]).options.invalidDates == .keep)
    }

    @Test(arguments: Form.allCases, ["reject", "max", "null"])
    func datesStayAsTheyAreWritten(form: Form, treatment: String) async throws {
        let rows = Self.good.map { (at: "\"\($0)\"", day: "\"\($0)\"") }
        let (records, error, trial) = try await load(messages(rows, form), treatment)
        #expect(error == nil && records.map { $0["at"]?.stringValue } == Self.good)
        #expect(trial.meter.snapshot.warnings.isEmpty)
    }

    @Test(arguments: Form.allCases) func aBadRecordHasItsPlace(form: Form) async throws {
        let rows = [(at: "null", day: "null"), ("\"2024-02-30\"", "null"), ("null", "\"never\""), ("null", "null")]
        let ends = try await load(messages(rows, form), "reject")
        #expect(ends.error?.code == .invalidDate && ends.error?.location.field == "at")
        #expect(ends.error?.location.line == [.record: 3, .jsonl: 2][form])
        #expect(form != .csv || ends.error?.location.record == 2)
        #expect(ends.error?.message == "the value is not a date and time" && ends.trial.states == [])
        let (records, error, trial) = try await load(
            messages(rows, form), "reject",
            ["on_error": "reject", "reject_file": .string(folder.path + "/rejects.jsonl")])
        #expect(error == nil && records.map { $0["id"] } == [0, 3] && trial.states.count == 1)
        let lines = try folder.text("rejects.jsonl").split(separator: "\n").map { try JSONValue(parsing: String($0)) }
        #expect(lines.map { $0["field"] } == ["at", "day"])
        #expect(lines.map { $0["text"]?.stringValue?.contains("never") } == [false, true])
        #expect(trial.meter.snapshot.recordsRejected == 2)
    }

    /// A key, and what the schema wants to be there, cannot become null.
    @Test(arguments: Form.allCases) func nullIsOnlyWhereItIsAllowed(form: Form) async throws {
        let required =
            #""id":{"type":"integer"},"at":{"type":"string","format":"date-time"},"day":{"type":["string","null"],"format":"date"}"#
        let rows = [(at: "\"2024-02-03T04:05:06Z\"", day: "\"never\""), ("\"never\"", "\"never\"")]
        let (records, error, trial) = try await load(
            messages(rows, form, properties: required).replacing(
                #""key_properties":["id"]"#, with: #""key_properties":["id","at"]"#), "null",
            ["on_error": "reject", "reject_file": .string(folder.path + "/rejects.jsonl")])
        #expect(error == nil && records.map { $0["id"] } == [0] && records.first?["day"] == .null)
        #expect(try folder.text("rejects.jsonl").contains("null is not allowed"))
        #expect(trial.meter.snapshot.warnings == [.invalidDate: 1], "the record that went is not counted as changed")
    }

    /// Everything around a replaced text keeps its bytes.
    @Test(arguments: [false, true]) func onlyTheTextIsReplaced(isBatch: Bool) async throws {
        let properties =
            #""at":{"type":["string","null"],"format":"date-time"},"n":{"type":"number"},"geo":{"type":["object","null"],"properties":{"since":{"type":["string","null"],"format":"date"},"list":{"type":"array","items":{"type":"string","format":"date"}}}},"q\"t":{"type":["string","null"],"format":"date"}"#
        let record =
            #"{ "n" : 1.10 , "geo":{"x":[{"since":"no"},"}"], "since" : "no\u0020date" ,"list":["no"]},"other":"no","q\"t":"é","at":"2024-02-30" ,"at2":7,"at":123 }"#
        let wanted =
            #"{ "n" : 1.10 , "geo":{"x":[{"since":"no"},"}"], "since" : "9999-12-31" ,"list":["no"]},"other":"no","q\"t":"9999-12-31","at":"9999-12-31T23:59:59.999999Z" ,"at2":7,"at":123 }"#
        var fields = DateFields(
            try Schema(jsonSchema: JSONValue(parsing: #"{"type":"object","properties":{\#(properties)}}"#)))
        #expect(fields.members.map(\.path) == [["at"], ["geo", "since"], ["q\"t"]])
        var text = BytesBuilder()
        fields.copy(Bytes(record), replacing: .max, into: &text)
        #expect(text.finish().text == wanted)
        fields = DateFields(Schema([]))
        var same = BytesBuilder()
        fields.copy(Bytes(record), replacing: .max, into: &same)
        #expect(same.finish().text == record)

        // Through a target, where the last of two values counts.
        let plain = record.replacing(#" ,"at2":7,"at":123 "#, with: "")
        var messages = Message.schema("users", properties)
        if isBatch {
            try folder.write("b", plain + "\n")
            messages += Message.batch("users", [folder.path + "/b"])
        } else {
            messages += #"{"type":"RECORD","stream":"users","record":\#(plain)}"# + "\n"
        }
        let (records, error, trial) = try await load(messages, "max")
        #expect(error == nil && trial.meter.snapshot.warnings == [.invalidDate: 3])
        #expect(
            try records == [
                #require(JSONValue(parsing: wanted.replacing(#" ,"at2":7,"at":123 "#, with: "")).objectValue)
            ])
    }

    /// What the records around them say of themselves by place still belongs to them.
    @Test(arguments: ["max", "null"]) func recordsKeepTheirOwnTimes(treatment: String) async throws {
        let schema = Message.schema("users", Self.properties)
        let messages =
            schema
            + (1...6).map {
                Message.record(
                    "users", $0, #","at":"\#($0 % 2 == 0 ? "never" : "2024-01-01")","day":"bad""#,
                    #","time_extracted":"2024-01-0\#($0)T00:00:00Z""#)
            }.joined()
        let bad = messages.replacing(#""id":3,"#, with: #""id":"x","#)
        let (records, error, _) = try await load(
            bad, treatment,
            [
                "add_record_metadata": true, "on_error": "reject",
                "reject_file": .string(folder.path + "/rejects.jsonl"),
            ])
        #expect(error == nil && records.map { $0["id"] } == [1, 2, 4, 5, 6])
        #expect(
            records.map { $0["_sdc_extracted_at"]?.stringValue }
                == [1, 2, 4, 5, 6].map { "2024-01-0\($0)T00:00:00Z" })
    }

    // MARK: Taps

    @Test(arguments: [false, true], ["keep", "max", "null"])
    func aTapDoesTheSame(isBatch: Bool, treatment: String) async throws {
        var settings = JSONObject([("invalid_dates", .string(treatment))])
        if isBatch { settings["batch_config"] = ["storage": ["root": .string(folder.path)]] }
        let tap = try TapTrial(.object(settings))
        let schema = Schema([Field("id", .integer), Field("at", .timestamp(zoned: true))])
        let records = [#"{"id":1,"at":"0000-00-00"}"#, #"{"id":2,"at":"2024-02-03"}"#]
        #expect(
            await tap.run(MemorySource("users", [RecordBatch(.rows(Rows(records)))], schema: schema)) == nil)
        let sent =
            isBatch
            ? try BatchContents.texts(tap.messages("BATCH")).joined().split(separator: "\n").map(String.init)
            : try tap.messages("RECORD").compactMap { $0["record"]?.description }
        let first = ["keep": #""0000-00-00""#, "max": #""9999-12-31T23:59:59.999999Z""#, "null": "null"][treatment]
        #expect(sent == [#"{"id":1,"at":\#(first ?? "")}"#, #"{"id":2,"at":"2024-02-03"}"#])
        #expect(tap.meter.snapshot.warnings == (treatment == "keep" ? [:] : [.invalidDate: 1]))
    }
}
