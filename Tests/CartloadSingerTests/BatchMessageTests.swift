// SPDX-License-Identifier: Apache-2.0

import CartloadCore
import CartloadSinger
import Testing

@Suite struct BatchMessageTests {
    private func parse(_ text: String) throws -> BatchMessage {
        let value = try JSONValue(parsing: text)
        return try BatchMessage(value.objectValue ?? JSONObject())
    }

    @Test func theMeltanoSDKsMessageIsRead() throws {
        let message = try parse(
            #"{"type":"BATCH","stream":"users","encoding":{"format":"jsonl","compression":"gzip"},"manifest":["file:///a.json.gz"]}"#
        )
        #expect(
            message
                == BatchMessage("users", compression: "gzip", files: ["file:///a.json.gz"]))
    }

    @Test func theProposalsMessageIsRead() throws {
        let message = try parse(
            #"{"type":"BATCH","stream":"u","format":{"name":"csv","options":{"delimiter":";"}},"compression":{"name":"gzip","enabled":false},"size":10,"time_extracted":"2026-01-01T00:00:00Z","manifest":["https://h/x?sig=1"]}"#
        )
        #expect(message.dialect == .proposal && message.format == "csv" && message.compression == "none")
        #expect(message.formatOptions["delimiter"] == ";" && message.recordsPerFile == 10)
        #expect(message.timeExtracted == "2026-01-01T00:00:00Z" && message.files == ["https://h/x?sig=1"])
    }

    @Test func tailsMessageIsReadWithWrappedRows() throws {
        let message = try parse(
            #"{"type":"BATCH","stream":"u","filepath":"users001.jsonl","format":"jsonl","compression":"gzip","batch_size":3}"#
        )
        #expect(message.dialect == .tails && message.rows == .wrapped && message.recordCount == 3)
        #expect(message.files == ["users001.jsonl"] && message.compression == "gzip")
    }

    @Test func whatIsWrittenIsReadAgainByBothReaders() throws {
        let message = BatchMessage("u", compression: "gzip", files: ["file:///x"], recordCount: 4)
        let text = message.json.description
        #expect(
            text
                == #"{"type":"BATCH","stream":"u","size":4,"format":{"name":"jsonl"},"compression":{"name":"gzip","enabled":true},"encoding":{"format":"jsonl","compression":"gzip"},"manifest":["file:///x"]}"#
        )
        #expect(try parse(text).files == message.files)
    }

    @Test(arguments: [
        #"{"stream":"u"}"#, #"{"manifest":[]}"#, #"{"stream":"u","manifest":{}}"#, #"{"stream":"u","manifest":[1]}"#,
        #"{"stream":"u","manifest":[],"encoding":{"format":1}}"#,
    ])
    func aMessageThatCannotBeUsedIsAnError(text: String) {
        #expect(throws: CartloadError.self) { try parse(text) }
    }
}
