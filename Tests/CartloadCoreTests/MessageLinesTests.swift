// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import CartloadCore

@Suite struct MessageLinesTests {
    @Test func membersAreFoundInAnyOrderAndSpelling() throws {
        let text = """
            {"type":"RECORD","stream":"users","record":{"id":1,"type":"x"},"time_extracted":"2025-01-01T00:00:00Z"}
            { "record" : {"a":[{}]} , "version": 12 , "stream" : "u\\n" , "type" : "record" }

            {"value":{"bookmarks":{}},"typ\\u0065":"st\\u0061te"}
            {"type":"ACTIVATE_VERSION","stream":"s","version":1}
            {"type":"SCHEMA"}
            {"type":"BATCH","type":"LOG"}
            {"type":5}
            {"record":{"a":nonsense},"type":"RECORD"}
            {}

            """
        var diagnostics = Diagnostics()
        let lines = try MessageLines.scan(Bytes(text), &diagnostics)
        let messages = (0..<lines.count).map { lines.messages[$0] }
        #expect(messages.map(\.kind) == [.record, .record, .state, .activateVersion, .schema, .other, .other, .other])
        #expect(lines[messages[0].record].text == #"{"id":1,"type":"x"}"#)
        #expect(lines[messages[0].stream].text == "\"users\"")
        #expect(lines[messages[0].timeExtracted].text == "\"2025-01-01T00:00:00Z\"")
        #expect(lines[messages[1].record].text == #"{"a":[{}]}"#)
        #expect(lines[messages[1].version].text == "12")
        #expect(lines[messages[2].value].text == #"{"bookmarks":{}}"#)
        #expect(lines[messages[3].line].text == #"{"type":"ACTIVATE_VERSION","stream":"s","version":1}"#)
        #expect(lines[messages[4].stream].isEmpty)
        #expect(diagnostics.rejects.map(\.location.line) == [9])
    }
}
