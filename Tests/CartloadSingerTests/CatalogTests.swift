// SPDX-License-Identifier: Apache-2.0

import CartloadCore
import CartloadSinger
import Testing

@Suite struct CatalogTests {
    private func entry(_ metadata: String) throws -> CatalogEntry {
        let text = """
            {"streams":[{"tap_stream_id":"s","schema":{"type":"object","required":["id","a"],"properties":{
            "id":{"type":"integer"},"a":{"type":"object","properties":{"b":{},"c":{}}},"d":{}}},"metadata":\(metadata)}]}
            """
        return try #require(try Catalog(JSONValue(parsing: text)).streams.first)
    }

    @Test func withoutMetadataEverythingIsSelected() throws {
        let entry = try entry("[]")
        #expect(entry.isSelected && entry.deselectedPaths.isEmpty)
    }

    @Test(arguments: [
        (#"[{"breadcrumb":[],"metadata":{"selected":true}}]"#, true, []),
        (#"[{"breadcrumb":[],"metadata":{}}]"#, false, ["id", "a", "d"]),
        (
            #"[{"breadcrumb":[],"metadata":{"selected":"true"}},{"breadcrumb":["properties","d"],"metadata":{"selected":false}}]"#,
            true, ["d"]
        ),
        (
            #"[{"breadcrumb":[],"metadata":{"selected":true}},{"breadcrumb":["properties","d"],"metadata":{"inclusion":"automatic","selected":false}}]"#,
            true, []
        ),
        (
            #"[{"breadcrumb":[],"metadata":{"selected":true}},{"breadcrumb":["properties","d"],"metadata":{"inclusion":"unsupported","selected":true}}]"#,
            true, ["d"]
        ),
        (
            #"[{"breadcrumb":[],"metadata":{"selected":true}},{"breadcrumb":["properties","a","properties","b"],"metadata":{"selected":false}}]"#,
            true, ["a.b"]
        ),
        (
            #"[{"breadcrumb":[],"metadata":{"selected-by-default":true}},{"breadcrumb":["properties","a"],"metadata":{"selected-by-default":false}}]"#,
            true, ["a"]
        ),
        (#"[{"breadcrumb":["properties","d"],"metadata":{"selected":false}}]"#, true, ["d"]),
    ])
    func selectionFollowsTheRules(metadata: String, isSelected: Bool, deselected: [String]) throws {
        let entry = try entry(metadata)
        #expect(entry.isSelected == isSelected)
        #expect(entry.deselectedPaths.map { $0.joined(separator: ".") } == deselected)
    }

    @Test func theSelectedSchemaLeavesOutWhatIsNotSelected() throws {
        let entry = try entry(
            #"[{"breadcrumb":[],"metadata":{"selected":true}},{"breadcrumb":["properties","a"],"metadata":{"selected":false}}]"#
        )
        let schema = JSONValue.object(entry.selectedSchema)
        #expect(schema["properties"]?.objectValue?.keys == ["id", "d"])
        #expect(schema["required"] == ["id"])
    }
}
