// SPDX-License-Identifier: Apache-2.0

import CartloadCore
import CartloadSinger
import Testing

@Suite struct TapStateTests {
    @Test(arguments: [
        ("null", "{}"), ("{}", "{}"), (#"{"bookmarks":{"a":{}}}"#, #"{"bookmarks":{"a":{}}}"#),
        (#"{"type":"STATE","value":{"x":1}}"#, #"{"x":1}"#), (#"{"type":"state","value":{"x":1}}"#, #"{"x":1}"#),
        // A state that happens to have a member of that name.
        (#"{"type":"STATE"}"#, #"{"type":"STATE"}"#), (#"{"bookmarks":null}"#, #"{"bookmarks":null}"#),
    ])
    func statesAreReadAsRunnersGiveThem(text: String, value: String) throws {
        #expect(JSONValue.object(try TapState(JSONValue(parsing: text)).value).description == value)
    }

    @Test(arguments: ["[]", "1", "\"a\"", "true", #"{"bookmarks":[]}"#, #"{"bookmarks":"a"}"#])
    func whatIsNoStateIsRefused(text: String) throws {
        let error = #expect(throws: CartloadError.self) { try TapState(JSONValue(parsing: text)) }
        #expect(error?.code == .singerState)
    }

    @Test func whatIsNotOursStays() throws {
        var state = try TapState(
            JSONValue(parsing: #"{"currently_syncing":"a","bookmarks":{"a":{"x":1},"b":{"y":2}},"extra":[1]}"#))
        var bookmark = state["b"]
        bookmark.replicationKey = "at"
        bookmark.replicationValue = "2026"
        state["b"] = bookmark
        #expect(
            JSONValue.object(state.value).description
                == #"{"currently_syncing":"a","bookmarks":{"a":{"x":1},"b":{"y":2,"replication_key":"at","replication_key_value":"2026"}},"extra":[1]}"#
        )
    }

    /// Fractions make targets of singer-sdk fail, after everything is loaded.
    @Test(arguments: [
        ("1.5", "\"1.5\""), ("1e3", "\"1e3\""), ("12345678901234567890", "\"12345678901234567890\""), ("7", "7"),
        ("-7", "-7"), ("\"a\"", "\"a\""),
    ])
    func aValueWithAFractionIsWrittenAsText(value: String, written: String) throws {
        var bookmark = TapState.Bookmark()
        bookmark.replicationValue = try JSONValue(parsing: value)
        #expect(bookmark.value["replication_key_value"]?.description == written)
        bookmark.set(checkpoint: Checkpoint(["x": try JSONValue(parsing: value)]))
        #expect(bookmark.value["checkpoint"]?.stringValue == #"{"x":\#(value)}"#)
        #expect(try bookmark.checkpoint() == Checkpoint(["x": try JSONValue(parsing: value)]))
    }

    @Test(arguments: ["7", #""{""#, "[]"])
    func aCheckpointThatIsDamagedIsRefused(checkpoint: String) throws {
        let state = try TapState(JSONValue(parsing: #"{"bookmarks":{"a":{"checkpoint":\#(checkpoint)}}}"#))
        let error = #expect(throws: CartloadError.self) { try state["a"].checkpoint() }
        #expect(error?.code == .singerState)
    }
}
