// SPDX-License-Identifier: Apache-2.0

import CartloadCore
import Testing

@testable import CartloadAirbyte

@Suite struct SourceStateTests {
    @Test(arguments: [
        // The protocol's form.
        #"[{"type":"STREAM","stream":{"stream_descriptor":{"name":"items"},"stream_state":{"n":10}}}]"#,
        // PyAirbyte's, with nulls and a key twice.
        #"[{"type":"STREAM","stream":{"stream_descriptor":{"name":"items","namespace":null},"stream_state":{"n":10}},"global_":null,"data":null,"sourceStats":{"recordCount":5.0,"rejectedRecordCount":null},"destinationStats":null,"global_":null}]"#,
        // Inside of its message, alone and in a list.
        #"{"type":"STATE","state":{"type":"STREAM","stream":{"stream_descriptor":{"name":"items"},"stream_state":{"n":10}}}}"#,
        #"[{"type":"STATE","state":{"type":"STREAM","stream":{"stream_descriptor":{"name":"items"},"stream_state":{"n":10}}}}]"#,
        #"{"type":"STREAM","stream":{"stream_descriptor":{"name":"items"},"stream_state":{"n":10}}}"#,
        // All streams together.
        #"[{"type":"GLOBAL","global":{"shared_state":{},"stream_states":[{"stream_descriptor":{"name":"items"},"stream_state":{"n":10}}]}}]"#,
        // The older object.
        #"{"items":{"n":10}}"#,
        #"{"data":{"items":{"n":10}}}"#,
        #"[{"data":{"items":{"n":10}}}]"#,
    ]) func everyFormOfAStateIsRead(text: String) throws {
        let state = try SourceState(JSONValue(parsing: text))
        #expect(state.streams == [StreamDescriptor("items"): JSONObject([("n", 10)])])
    }

    @Test(arguments: ["null", "[]", "{}"]) func nothingIsNoState(text: String) throws {
        #expect(try SourceState(JSONValue(parsing: text)).streams.isEmpty)
    }

    @Test func aStreamNamedStreamIsAStream() throws {
        let state = try SourceState(JSONValue(parsing: #"{"stream":{"n":1},"data":{"n":2}}"#))
        #expect(state.streams[StreamDescriptor("stream")] == JSONObject([("n", 1)]))
        #expect(state.streams[StreamDescriptor("data")] == JSONObject([("n", 2)]))
    }

    @Test(arguments: [
        "5", "\"x\"", "[5]", #"{"a":5}"#, #"[{"type":"STREAM","stream":{"stream_state":{}}}]"#,
    ]) func anythingElseIsRefused(text: String) throws {
        let error = #expect(throws: CartloadError.self) { try SourceState(JSONValue(parsing: text)) }
        #expect(error?.code == .airbyteState)
    }

    @Test func aStateComesBackAsItWas() throws {
        var state = StreamState("messages", .incremental)
        state.cursorField = "ts"
        state.cursorValue = "2024"
        state.checkpoint = Checkpoint(["cursor": "2024", "rowid": 7, "x": .number("1.5")])
        #expect(
            JSONValue.object(state.json).description
                == #"{"cartload":1,"stream":"messages","sync_mode":"incremental","cursor_field":"ts","cursor_value":"2024","checkpoint":"{\"cursor\":\"2024\",\"rowid\":7,\"x\":1.5}"}"#
        )
        #expect(try StreamState(state.json, of: "messages") == state)
    }

    @Test(arguments: [
        (#"{"ts":"2024"}"#, "not written by this connector"),
        (#"{"__ab_no_cursor_state_message":true}"#, "not written by this connector"),
        (#"{"cartload":2,"stream":"messages"}"#, "the form 2"),
        (#"{"cartload":1,"stream":"others","sync_mode":"incremental"}"#, "the stream \"others\""),
        (#"{"cartload":1,"stream":"messages","sync_mode":"incremental","checkpoint":"{"}"#, "damaged"),
    ]) func aStateOfAnotherKindIsRefused(text: String, why: String) throws {
        let json = try JSONValue(parsing: text).objectValue ?? JSONObject()
        let error = #expect(throws: CartloadError.self) { try StreamState(json, of: "messages") }
        #expect(error?.code == .airbyteState)
        #expect(error?.message.contains(why) == true)
    }
}
