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

    @Test func nestedRecordsHaveTheirPartsInside() throws {
        let text = """
            {"type":"RECORD","record":{"stream":"users","data":{"id":1,"stream":"x","data":{}},"emitted_at":17}}
            { "record" : { "d\\u0061ta" : {"a":[{}]} , "meta":{"stream":"no"}, "emitted_at": 5 , "namespace":"n", "stream" : "u\\n" } , "type" : "record" }
            {"type":"STATE","state":{"type":"STREAM","record":{"stream":"no"}},"stream":"no","value":5}
            {"record":{"stream":"first","data":{}},"record":{"data":{"b":2}},"type":"RECORD"}
            {"type":"RECORD","record":5}
            {"type":"RECORD","record":{}}
            {"type":"RECORD","record":{"data":{"a":tru}}}
            {"type":"RECORD","record":{"stream":"cut","data":{"a":1}}
            {"type":"TRACE","trace":{}}

            """
        var diagnostics = Diagnostics()
        let lines = try MessageLines.scan(Bytes(text), hasNestedRecords: true, &diagnostics)
        let messages = (0..<lines.count).map { lines.messages[$0] }
        #expect(messages.map(\.kind) == [.record, .record, .state, .record, .record, .record, .other])
        func texts(_ message: MessageLines.Message) -> [String] {
            [message.stream, message.namespace, message.record, message.timeExtracted].map { lines[$0].text }
        }
        #expect(texts(messages[0]) == ["\"users\"", "", #"{"id":1,"stream":"x","data":{}}"#, "17"])
        #expect(texts(messages[1]) == [#""u\n""#, "\"n\"", #"{"a":[{}]}"#, "5"])
        #expect(texts(messages[2]) == ["", "", "", ""])
        #expect(lines[messages[2].value].isEmpty)
        #expect(texts(messages[3]) == ["", "", #"{"b":2}"#, ""])
        #expect(texts(messages[4]) == ["", "", "", ""])
        #expect(texts(messages[5]) == ["", "", "", ""])
        #expect(diagnostics.rejects.map(\.location.line) == [7, 8])
    }

    /// Wherever a message is cut, it is rejected, and nothing beyond it is read.
    @Test func cutNestedRecordsAreRejected() throws {
        let whole = #"{"type":"RECORD","record":{"stream":"s","data":{"id":1,"a":[{"b":null}]},"emitted_at":17}}"#
        for length in 1..<whole.utf8.count {
            var diagnostics = Diagnostics()
            let text = Bytes(Array(whole.utf8.prefix(length)) + Array("\n\(whole)\n".utf8))
            let lines = try MessageLines.scan(text, hasNestedRecords: true, &diagnostics)
            #expect(lines.count == 1, "cut at \(length)")
            #expect(diagnostics.rejects.count == 1, "cut at \(length)")
        }
    }
}
