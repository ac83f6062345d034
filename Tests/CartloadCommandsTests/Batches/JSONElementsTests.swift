// SPDX-License-Identifier: Apache-2.0

import CartloadCore
import Testing

@testable import CartloadCommands

@Suite struct JSONElementsTests {
    @Test(
        arguments: [
            ("[]", []), ("[ ]", []), ("[1]", ["1"]), (" [ 1 , null,\"a,]\" ] ", ["1", "null", "\"a,]\""]),
            (#"[{"a":[1,{"b":"}]\""}]},[],{}]"#, [#"{"a":[1,{"b":"}]\""}]}"#, "[]", "{}"]),
            (#"["\\","x"]"#, [#""\\""#, #""x""#]), ("null", []), ("{\"a\":1}", []),
        ] as [(String, [String])])
    func elementsAreFoundAsTheyAreWritten(text: String, elements: [String]) {
        let found = JSONElements(Bytes(text))
        #expect(found.places.indices.map { found[$0].text } == elements)
    }

    @Test func nullsAreToldFromTheRest() {
        #expect(JSONElements(Bytes("[null, null]")).areAllNull)
        let mixed = JSONElements(Bytes("[null,[{\"m\":1}]]"))
        #expect(!mixed.areAllNull)
        #expect(mixed.isNull(0))
        #expect(!mixed.isNull(1))
    }
}
