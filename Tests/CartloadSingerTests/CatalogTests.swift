// SPDX-License-Identifier: Apache-2.0

import CartloadCore
import CartloadSinger
import CartloadTesting
import Testing

/// Which streams and fields a catalog selects, by the rules of singer-sdk 0.54.9.
@Suite struct CatalogTests {
    private func entry(_ metadata: String) throws -> CatalogEntry {
        let text = """
            {"streams":[{"tap_stream_id":"s","schema":{"type":"object","required":["id","a"],"properties":{
            "id":{"type":"integer"},"a":{"type":"object","properties":{"b":{},"c":{}}},"d":{}}},"metadata":\(metadata)}]}
            """
        return try #require(try Catalog(JSONValue(parsing: text)).streams.first)
    }

    /// Metadata written short: `.` is the stream, `a.b` a path, and the values follow.
    struct Selection: Sendable, CustomTestStringConvertible {
        let metadata: [String: String]
        let isSelected: Bool
        let deselected: [String]

        init(_ metadata: [String: String], _ isSelected: Bool, _ deselected: [String]) {
            self.metadata = metadata
            self.isSelected = isSelected
            self.deselected = deselected
        }

        var testDescription: String {
            metadata.sorted { $0.key < $1.key }.map { "\($0) \($1)" }.joined(separator: "; ")
        }

        var json: String {
            let entries = metadata.map { path, values in
                let names = path == "." ? [] : path.split(separator: ".").flatMap { ["\"properties\"", "\"\($0)\""] }
                return #"{"breadcrumb":[\#(names.joined(separator: ","))],"metadata":{\#(values)}}"#
            }
            return "[\(entries.joined(separator: ","))]"
        }
    }

    private static let on = #""selected":true"#
    private static let off = #""selected":false"#

    static let selections = [
        // Without any metadata everything is; with an empty stream entry nothing is.
        Selection([:], true, []),
        Selection([".": ""], false, ["id", "a", "d"]),
        // `selected` of the stream, as a truth or a text.
        Selection([".": on], true, []), Selection([".": #""selected":"true""#], true, []),
        Selection([".": #""selected":"TRUE""#], true, []), Selection([".": off], false, ["id", "a", "d"]),
        Selection([".": #""selected":"false""#], false, ["id", "a", "d"]),
        Selection([".": #""selected":null"#], false, ["id", "a", "d"]),
        Selection([".": #""selected":"yes""#], false, ["id", "a", "d"]),
        // `selected-by-default` counts where nobody chose.
        Selection([".": #""selected-by-default":true"#], true, []),
        Selection([".": #""selected-by-default":false"#], false, ["id", "a", "d"]),
        Selection([".": #""selected-by-default":true,"selected":false"#], false, ["id", "a", "d"]),
        Selection([".": #""selected-by-default":false,"selected":true"#], true, []),
        Selection([".": #""selected-by-default":"true""#], true, []),
        // `inclusion` of the stream.
        Selection([".": #""inclusion":"automatic""#], true, []),
        Selection([".": #""inclusion":"automatic","selected":false"#], true, []),
        Selection([".": #""inclusion":"unsupported","selected":true"#], false, ["id", "a", "d"]),
        Selection([".": #""inclusion":"available""#], false, ["id", "a", "d"]),
        Selection([".": #""inclusion":"available","selected":true"#], true, []),
        // A stream that has no entry is selected once fields have some.
        Selection(["d": off], true, ["d"]), Selection(["d": on], true, []),
        // Fields inherit what is above them.
        Selection([".": on, "d": off], true, ["d"]), Selection([".": on, "d": ""], true, []),
        Selection([".": off, "d": on], false, ["id", "a", "d"]),
        Selection([".": on, "d": #""selected":"false""#], true, ["d"]),
        Selection([".": on, "d": #""inclusion":"available""#], true, []),
        Selection([".": on, "d": #""inclusion":"automatic","selected":false"#], true, []),
        Selection([".": on, "d": #""inclusion":"unsupported","selected":true"#], true, ["d"]),
        Selection([".": on, "d": #""selected-by-default":false"#], true, ["d"]),
        Selection([".": on, "d": #""selected-by-default":false,"selected":true"#], true, []),
        Selection([".": on, "d": #""selected-by-default":true,"selected":false"#], true, ["d"]),
        // Even what is automatic is not below what is not selected.
        Selection([".": off, "id": #""inclusion":"automatic""#], false, ["id", "a", "d"]),
        // Nested fields.
        Selection([".": on, "a.b": off], true, ["a.b"]),
        Selection([".": on, "a": off, "a.b": on], true, ["a"]),
        Selection([".": on, "a": off, "a.b": #""inclusion":"automatic""#], true, ["a"]),
        Selection(
            [".": on, "a": #""selected-by-default":true"#, "a.c": #""selected-by-default":false"#], true, ["a.c"]),
        Selection([".": on, "a.b": off, "a.c": off], true, ["a.b", "a.c"]),
        Selection([".": on, "a.b": #""inclusion":"unsupported""#], true, ["a.b"]),
    ]

    @Test(arguments: selections)
    func selectionFollowsTheRules(selection: Selection) throws {
        let entry = try entry(selection.json)
        #expect(entry.isSelected == selection.isSelected)
        #expect(entry.deselectedPaths.map { $0.joined(separator: ".") } == selection.deselected)
    }

    /// The same rules written again, over random metadata.
    @Test func selectionIsThatOfTheRulesWrittenDown() throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        var random = SeededGenerator(seed: seed)
        for _ in 0..<500 {
            var metadata: [String: [String: JSONValue]] = [:]
            for path in [".", "id", "a", "a.b", "a.c", "d"] where Bool.random(using: &random) {
                var values: [String: JSONValue] = [:]
                for (name, choices) in [
                    ("selected", [true, false, "true", "false"]), ("selected-by-default", [true, false]),
                    ("inclusion", ["automatic", "available", "unsupported"]),
                ] as [(String, [JSONValue])] where Int.random(in: 0..<3, using: &random) == 0 {
                    values[name] = choices.randomElement(using: &random)
                }
                metadata[path] = values
            }
            let selection = Selection(
                metadata.mapValues { $0.map { "\"\($0)\":\($1)" }.joined(separator: ",") }, false, [])
            let entry = try entry(selection.json)
            func expected(_ path: [String]) -> Bool {
                if metadata.isEmpty { return true }
                let parent = path.isEmpty ? nil : expected(path.dropLast())
                if parent == false { return false }
                guard let own = metadata[path.isEmpty ? "." : path.joined(separator: ".")] else {
                    return parent ?? true
                }
                if own["inclusion"] == "unsupported" { return false }
                if own["inclusion"] == "automatic" { return true }
                if let chosen = own["selected"] { return chosen == true || chosen == "true" }
                if let usual = own["selected-by-default"] { return usual == true }
                return parent ?? false
            }
            for path in [[], ["id"], ["a"], ["a", "b"], ["a", "c"], ["d"]] {
                #expect(
                    entry.isSelected(path.flatMap { ["properties", $0] }) == expected(path),
                    "\(path) of \(selection.testDescription), seed \(seed)")
            }
        }
    }

    @Test func theSelectedSchemaLeavesOutWhatIsNotSelected() throws {
        let entry = try entry(
            Selection([".": Self.on, "a": Self.off], true, []).json)
        let schema = JSONValue.object(entry.selectedSchema)
        #expect(schema["properties"]?.objectValue?.keys == ["id", "d"])
        #expect(schema["required"] == ["id"])
        let nested = try self.entry(Selection([".": Self.on, "a.b": Self.off], true, []).json)
        #expect(
            JSONValue.object(nested.selectedSchema)["properties"]?["a"]?["properties"]?.objectValue?.keys == ["c"])
    }

    @Test func whatIsWrittenIsReadAgain() throws {
        let text =
            #"{"streams":[{"tap_stream_id":"a","stream":"b","schema":{"properties":{"x":{}}},"key_properties":["x"],"row_count":7,"metadata":[{"breadcrumb":[],"metadata":{"selected":true}},{"breadcrumb":["properties","x"],"metadata":{"sql-datatype":"int"}}]}]}"#
        #expect(try Catalog(JSONValue(parsing: text)).json.description == text)
    }

    @Test func settingsAreFoundUnderTheirNewAndOldNames() throws {
        func entry(_ members: String, _ root: String) throws -> CatalogEntry {
            try #require(
                try Catalog(
                    JSONValue(
                        parsing:
                            #"{"streams":[{"tap_stream_id":"s",\#(members)"metadata":[{"breadcrumb":[],"metadata":{\#(root)}}]}]}"#
                    )
                ).streams.first)
        }
        let new = try entry(
            "", #""replication-method":"INCREMENTAL","replication-key":"at","table-key-properties":["id"]"#)
        #expect(new.replicationMethod == "INCREMENTAL" && new.replicationKey == "at" && new.keyProperties == ["id"])
        let old = try entry(#""replication_method":"INCREMENTAL","replication_key":"at","key_properties":["id"],"#, "")
        #expect(old.replicationMethod == "INCREMENTAL" && old.replicationKey == "at" && old.keyProperties == ["id"])
        let forced = try entry(
            #""replication_method":"INCREMENTAL","#,
            #""forced-replication-method":"FULL_TABLE","replication-method":"LOG_BASED","view-key-properties":["v"]"#)
        #expect(forced.replicationMethod == "FULL_TABLE" && forced.keyProperties == ["v"])
        let neither = try entry("", #""replication-key":null"#)
        #expect(neither.replicationMethod == nil && neither.replicationKey == nil && neither.keyProperties == nil)
    }

    @Test(arguments: [
        "null", "[]", #"{"streams":{}}"#, #"{"streams":[1]}"#, #"{"streams":[{}]}"#,
        #"{"streams":[{"stream":"a","metadata":[{}]}]}"#,
        #"{"streams":[{"stream":"a","metadata":[{"breadcrumb":[],"metadata":1}]}]}"#,
    ])
    func aCatalogThatIsNoneIsRefused(text: String) throws {
        let error = #expect(throws: CartloadError.self) { try Catalog(JSONValue(parsing: text)) }
        #expect(error?.code == .singerCatalog)
    }
}
