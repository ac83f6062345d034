// SPDX-License-Identifier: Apache-2.0

import CartloadCore
import CartloadSinger
import TestSupport

/// A random stream: its schema, records that are as it says, what of it is selected, and what processors do to it.
struct RandomStream {
    enum Kind: CaseIterable {
        case integer, number, text, boolean, time, object, list, any

        /// Whether CSV has cells for it.
        var isFlat: Bool { ![.object, .list, .any].contains(self) }

        var schema: String {
            switch self {
            case .integer: #"{"type":["integer","null"]}"#
            case .number: #"{"type":["null","number"]}"#
            case .text: #"{"type":["string","null"]}"#
            case .boolean: #"{"type":["boolean","null"]}"#
            case .time: #"{"anyOf":[{"type":"string","format":"date-time"},{"type":"null"}]}"#
            case .object:
                #"{"type":["object","null"],"properties":{"x":{"type":["integer","null"]},"y":{"type":["string","null"]}}}"#
            case .list: #"{"type":["array","null"],"items":{}}"#
            case .any: "{}"
            }
        }
    }

    let fields: [(name: String, kind: Kind)]
    let records: [String]
    let catalog: Catalog
    /// As a user would write them.
    let processors: [JSONValue]

    var properties: String {
        RandomStream.properties(fields)
    }

    /// How many records a block has.
    let blockRecords: Int

    private static func properties(_ fields: [(name: String, kind: Kind)]) -> String {
        (["\"id\":{\"type\":\"integer\"}"] + fields.map { "\"\($0.name)\":\($0.kind.schema)" }).joined(separator: ",")
    }

    /// - Parameter isFlat: Whether only fields are wanted that CSV has cells for.
    init(_ random: inout RandomJSON, isFlat: Bool) throws {
        let kinds = Kind.allCases.filter { $0.isFlat || !isFlat }
        let names = ["alpha", "b b", "gamma", "délta", "e", "Zeta"]
        fields = (0..<1 + random.below(6)).map { (names[$0], random.pick(kinds)) }
        records = (0..<random.below(40)).map { [fields] id in RandomStream.record(id, fields, &random, isFlat: isFlat) }
        blockRecords = 1 + random.below(20)

        var metadata = [#"{"breadcrumb":[],"metadata":{"selected":true,"table-key-properties":["id"]}}"#]
        var selected: [(name: String, kind: Kind)] = []
        for field in fields {
            if random.below(4) == 0 {
                metadata.append(
                    #"{"breadcrumb":["properties","\#(field.name)"],"metadata":{"selected":false}}"#)
            } else {
                selected.append(field)
                if field.kind == .object, random.below(3) == 0 {
                    metadata.append(
                        #"{"breadcrumb":["properties","\#(field.name)","properties","x"],"metadata":{"selected":false}}"#
                    )
                }
            }
        }
        catalog = try Catalog(
            JSONValue(
                parsing:
                    #"{"streams":[{"tap_stream_id":"s","schema":{"type":"object","properties":{\#(Self.properties(fields))}},"metadata":[\#(metadata.joined(separator: ","))]}]}"#
            ))
        processors = RandomStream.processors(selected, &random)
    }

    private static func record(
        _ id: Int, _ fields: [(name: String, kind: Kind)], _ random: inout RandomJSON, isFlat: Bool
    ) -> String {
        var members = ["\"id\":\(id)"]
        for (name, kind) in fields {
            switch random.below(8) {
            case 0: continue
            case 1: members.append("\"\(name)\":null")
            default: members.append("\"\(name)\":\(value(kind, &random, isFlat: isFlat))")
            }
        }
        return "{\(members.joined(separator: ","))}"
    }

    private static func value(_ kind: Kind, _ random: inout RandomJSON, isFlat: Bool) -> String {
        switch kind {
        case .integer: return random.pick(["0", "-1", "42", "9007199254740993", "9223372036854775807"])
        case .number: return random.pick(["0.5", "-1.25", "3", "1e-7", "123456.75", "1.10"])
        case .text:
            if isFlat {
                return random.pick([
                    "\"\"", "\"a\"", "\"a,b\"", "\"q\\\"q\"", "\"é☂\"", "\"null\"", "\"x\\ny\"", "\" s \"", "\"007\"",
                ])
            }
            return random.string()
        case .boolean: return random.pick(["true", "false"])
        case .time:
            return random.pick([
                "\"2026-01-02T03:04:05Z\"", "\"2026-01-02T03:04:05.678901+00:00\"", "\"1999-12-31T23:59:59+02:00\"",
                // Sources have such things too.
                "\"0000-00-00 00:00:00\"", "\"2026-02-30T03:04:05Z\"", "\"never\"",
            ])
        case .object:
            return random.pick([
                "{}", #"{"x":1,"y":"a"}"#, #"{"x":null}"#, #"{"y":"é","x":-3}"#, #"{ "x" : 5 , "z" : [1, {}] }"#,
            ])
        case .list: return random.pick(["[]", "[1, 2]", #"["a",{"x":1.50}]"#])
        case .any: return random.value()
        }
    }

    private static func processors(
        _ fields: [(name: String, kind: Kind)], _ random: inout RandomJSON
    ) -> [JSONValue] {
        guard random.below(2) == 0 else { return [] }
        var processors: [JSONValue] = []
        var left = fields
        for _ in 0..<1 + random.below(3) {
            guard let index = left.indices.randomElement(using: &random.random) else { break }
            let field = left.remove(at: index)
            switch random.below(7) {
            case 0: processors.append(["drop": [.string(field.name)]])
            case 1:
                processors.append([
                    "rename": .object(JSONObject([(field.name, .string("new " + field.name))]))
                ])
            case 2 where field.kind == .text: processors.append(["hash": ["fields": [.string(field.name)]]])
            case 3 where field.kind == .text:
                processors.append(["mask": ["fields": [.string(field.name)], "keep_last": 1]])
            case 4: processors.append(["filter": "id % 3 <> 1"])
            case 5: processors.append(["set": ["made": "id * 2"]])
            // Flattened, members of any name would become columns; databases do not take all of them.
            case 6 where field.kind == .object && !fields.contains { $0.kind == .any }:
                processors.append(["flatten": [:]])
            default: break
            }
        }
        return processors
    }

    /// The records as a source in memory, in blocks.
    var source: MemorySource {
        let blocks = stride(from: 0, to: records.count, by: blockRecords).map { first in
            RecordBatch(.rows(Rows(Array(records[first..<min(first + blockRecords, records.count)]))))
        }
        return MemorySource("s", blocks, keys: ["id"])
    }
}
