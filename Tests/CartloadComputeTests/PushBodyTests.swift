// SPDX-License-Identifier: Apache-2.0

import CartloadCore
import TestSupport
import Testing

@testable import CartloadCompute

@Suite struct PushBodyTests {
    /// Bodies that are not what they should be, in a file with what is said of each.
    private static let malformed: [String] = [
        "", " ", "x", "null", "[]", "5", "{}", #"{"chunk":[]}"#, #"{"chunks":null}"#, #"{"chunks":{}}"#,
        #"{"chunks":5}"#, #"{"chunks":[}"#, #"{"chunks":[{}"#, #"{"chunks":[{"data":{"inputs":[]}}]} x"#,
        #"{"chunks":[5]}"#, #"{"chunks":[{"data":{"inputs":[]}},null]}"#, #"{"chunks":[{}]}"#,
        #"{"chunks":[{"id":"a"}]}"#, #"{"chunks":[{"data":null}]}"#, #"{"chunks":[{"data":[]}]}"#,
        #"{"chunks":[{"data":5}]}"#, #"{"chunks":[{"data":"x"}]}"#, #"{"chunks":[{"data":{}}]}"#,
        #"{"chunks":[{"id":true,"data":{"inputs":[]}}]}"#, #"{"chunks":[{"id":[],"data":{"inputs":[]}}]}"#,
        #"{"chunks":[{"id":{},"data":{"inputs":[]}}]}"#,
        #"{"chunks":[{"data":{"inputs":null}}]}"#, #"{"chunks":[{"data":{"inputs":{}}}]}"#,
        #"{"chunks":[{"data":{"inputs":"x"}}]}"#, #"{"chunks":[{"data":{"inputs":[5]}}]}"#,
        #"{"chunks":[{"data":{"inputs":[null]}}]}"#, #"{"chunks":[{"data":{"inputs":[{"a":1},[1]]}}]}"#,
        #"{"chunks":[{"data":{"inputs":[{"a":1},2]}}]}"#, #"{"chunks":[{"data":{"inputs":[["a"],{"a":1}]}}]}"#,
        #"{"chunks":[{"data":{"inputs":[["a"],[1],5]}}]}"#, #"{"chunks":[{"data":{"inputs":[["a"],[1],[1,2]]}}]}"#,
        #"{"chunks":[{"data":{"inputs":[["a","b"],[1]]}}]}"#, #"{"chunks":[{"data":{"inputs":[["a"],[]]}}]}"#,
        #"{"chunks":[{"data":{"inputs":[[1],[1]]}}]}"#, #"{"chunks":[{"data":{"inputs":[["a","a"],[1,1]]}}]}"#,
        #"{"chunks":[{"data":{"inputs":[["a",null],[1,1]]}}]}"#,
        #"{"chunks":[{"data":{"inputs":[],"parameters":[]}}]}"#, #"{"chunks":[{"data":{"inputs":[],"parameters":5}}]}"#,
        #"{"chunks":[{"data":{"inputs":[],"summary":[]}}]}"#,
        #"{"chunks":[{"data":{"inputs":[],"summary":{"ignore_error":1}}}]}"#,
        #"{"chunks":[{"data":{"inputs":[],"summary":{"return_all_records":"x"}}}]}"#,
        #"{"chunks":[{"data":{"inputs":[],"summary":{"aggregation":{}}}}]}"#,
        #"{"chunks":[{"data":{"inputs":[],"summary":{"aggregation":[5]}}}]}"#,
        #"{"chunks":[{"data":{"inputs":[],"summary":{"aggregation":[{}]}}}]}"#,
        #"{"chunks":[{"data":{"inputs":[],"summary":{"aggregation":[{"output_name":""}]}}}]}"#,
        #"{"chunks":[{"data":{"inputs":[],"summary":{"aggregation":[{"output_name":"a"}]}}}]}"#,
        #"{"chunks":[{"data":{"inputs":[],"summary":{"aggregation":[{"output_name":"a","operator":"MODE"}]}}}]}"#,
        #"{"chunks":[{"data":{"inputs":[{"a":NaN}]}}]}"#, #"{"chunks":[{"data":{"inputs":[{"a":01}]}}]}"#,
        #"{"chunks":[{"data":{"inputs":[{"a":"\#u{1}"}]}}]}"#, #"{"chunks":[{"data":{"inputs":[{"a":"\x"}]}}]}"#,
        #"{"chunks":[{"data":{"inputs":[{"a":1,}]}}]}"#, #"{"chunks":[{"data":{"inputs":[{a:1}]}}]}"#,
        #"{"chunks":[{"data":{"inputs":[]}},{"data":{"inputs":[{"a":tru}]}}]}"#,
    ]

    @Test func everyMalformedBodyIsToldWithItsPlace() {
        var text = ""
        for body in PushBodyTests.malformed {
            text += body + "\n"
            do {
                let chunks = try PushBody(Bytes(body)).chunks.count
                text += "    taken, \(chunks) chunks\n"
            } catch {
                text += "    \(error)\n"
            }
        }
        Golden.expect(text, is: "malformed-pushes.txt")
    }

    @Test(
        arguments: [
            (#"{"chunks":[]}"#, [], []),
            (#"{"chunks":[{"data":{"inputs":[]}}]}"#, [""], [0]),
            (
                #" {"x":{"chunks":5},"chunks" : [ { "size":"x","id":"a" , "data" : {"inputs":[["v"]]} } ] , "y":[1]} "#,
                ["a"], [0]
            ),
            (
                #"{"chunks":[{"id":null,"data":{"inputs":[["v"],[1],[2]],"parameters":null,"summary":null},"size":3}]}"#,
                [""], [2]
            ),
            (
                #"{"chunks":[{"id":7,"data":{"inputs":[{"v":1},{"w":2}]}},{"id":"ü\n","data":{"inputs":[{}]}}]}"#,
                ["7", "ü\n"], [2, 1]
            ),
            (#"{"chunks":[{"id":"a","data":{"more":1,"inputs":[["A","B"],[1,[["B1","B2"],[6,3]]]]}}]}"#, ["a"], [1]),
        ] as [(String, [String], [Int])])
    func aBodyIsRead(body: String, ids: [String], counts: [Int]) throws {
        let chunks = try PushBody(Bytes(body)).chunks
        #expect(chunks.map(\.id) == ids)
        #expect(chunks.map(\.recordCount) == counts)
        // The data are the client's text.
        for chunk in chunks { #expect(body.contains(chunk.data.text)) }
    }

    @Test(arguments: [
        #"{"chunks":[{"id":"a","data":{"inputs":[{"v":"é😀"}]}}"#,
        #"{"chunks":[{"id":"a","data":{"inputs":[["v"],[1.5e3]]}}]"#,
    ])
    func everyBeginningOfABodyIsAnErrorAndNoCrash(body: String) {
        let bytes = Array(body.utf8)
        for end in bytes.indices {
            #expect(throws: CartloadError.self) {
                try PushBody(bytes[..<end].withUnsafeBytes { Bytes(copying: $0) })
            }
        }
    }

    @Test func whatIsTooMuchIsRefused() {
        let chunk = #"{"data":{"inputs":[]}}"#
        let many = Array(repeating: chunk, count: 10_001).joined(separator: ",")
        #expect(throws: CartloadError.self) { try PushBody(Bytes(#"{"chunks":[\#(many)]}"#)) }
        let id = String(repeating: "é", count: 129)
        #expect(throws: CartloadError.self) {
            try PushBody(Bytes(#"{"chunks":[{"id":"\#(id)","data":{"inputs":[]}}]}"#))
        }
        let aggregation = Array(repeating: #"{"output_name":"a","operator":"SUM"}"#, count: 65).joined(separator: ",")
        #expect(throws: CartloadError.self) {
            try PushBody(
                Bytes(#"{"chunks":[{"data":{"inputs":[],"summary":{"aggregation":[\#(aggregation)]}}}]}"#))
        }
        let deep = String(repeating: "[", count: 5000) + String(repeating: "]", count: 5000)
        #expect(throws: CartloadError.self) {
            try PushBody(Bytes(#"{"chunks":[{"data":{"inputs":[{"a":\#(deep)}]}}]}"#))
        }
    }

    @Test func theDigestIsThatOfTheDataAlone() throws {
        func chunk(_ text: String) throws -> PushedChunk { try PushedChunk(Bytes(text)) }
        let one = try chunk(#"{"id":"a","data":{"inputs":[{"v":1}]},"size":1}"#)
        #expect(try chunk(#"{"size":9,"data":{"inputs":[{"v":1}]},"id":"b"}"#).digest == one.digest)
        #expect(try chunk(#"{"data":{"inputs":[{"v":2}]}}"#).digest != one.digest)
        #expect(one.digest.count == 32)
    }
}
