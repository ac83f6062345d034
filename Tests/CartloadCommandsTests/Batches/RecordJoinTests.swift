// SPDX-License-Identifier: Apache-2.0

import CartloadCore
import Testing

@testable import CartloadCommands

@Suite struct RecordJoinTests {
    @Test(arguments: [
        (#"{"a":1}"#, #"{"b":2}"#, #"{"a":1,"b":2}"#), (#"{ "a" : 1 }"#, #"{ }"#, #"{ "a" : 1  }"#),
        ("{}", #"{"b":2}"#, #"{"b":2}"#), (#"{"a":1}"#, #"{"a":2}"#, #"{"a":1,"a_output":2}"#),
        (#"{"a":1,"a_output":5}"#, #"{"a":2}"#, #"{"a":1,"a_output":5,"a_output_output":2}"#),
        (
            #"{"a":1,"b":2}"#, #"{"c":{"a":3},"b":["b",{"b":4}],"d":"a"}"#,
            #"{"a":1,"b":2,"c":{"a":3},"b_output":["b",{"b":4}],"d":"a"}"#
        ),
        (#"{"é\"":1}"#, #"{"é\"":2}"#, #"{"é\"":1,"é\"_output":2}"#),
    ])
    func inputAndOutputBecomeOneObject(input: String, output: String, joined: String) throws {
        let join = try RecordJoin(JSONElements(Bytes("[\(input)]")), JSONElements(Bytes("[\(output)]")))
        var text = BytesBuilder()
        join.write(Bytes(input), Bytes(output), into: &text)
        #expect(text.finish().text == joined)
    }
}
