// SPDX-License-Identifier: Apache-2.0

import CartloadCore
import Testing

@testable import CartloadCommands

@Suite struct RecordJoinTests {
    @Test(arguments: [
        (#"{"a":1}"#, #"{"b":2}"#, #"{"a":1,"b":2}"#), (#"{ "a" : 1 }"#, #"{ }"#, #"{ "a" : 1  }"#),
        ("{}", #"{"b":2}"#, #"{"b":2}"#), (#"{"a":1}"#, #"{"a":2}"#, #"{"a":1,"a_output":2}"#),
        (#"{"a":1,"a_output":5}"#, #"{"a":2}"#, #"{"a":1,"a_output":5,"a_output_output":2}"#),
    ])
    func inputAndOutputBecomeOneObject(input: String, output: String, joined: String) throws {
        let join = try RecordJoin(JSONElements(Bytes("[\(input)]")), JSONElements(Bytes("[\(output)]")))
        var text = BytesBuilder()
        try join.write(Bytes(input), Bytes(output), into: &text)
        #expect(text.finish().text == joined)
    }
}
