// SPDX-License-Identifier: Apache-2.0

import CartloadCore
import CartloadHTTP
import Testing

@testable import CartloadServer

@Suite struct RefusalFormTests {
    @Test(arguments: HTTPRefusal.allCases) func aRefusalIsAnErrorOfTheAPI(_ refusal: HTTPRefusal) throws {
        #expect(HTTPRefusalForm.api.contentType == "application/json")
        let body = try JSONValue(parsing: HTTPRefusalForm.api.body(refusal))
        #expect(Set(body.objectValue?.members.map(\.0) ?? []) == ["type", "code", "message"])
        let code = body["code"]?.stringValue ?? ""
        #expect(!code.isEmpty && code == code.uppercased())
        #expect(body["message"]?.stringValue == refusal.message)
    }

    @Test func onlyTheHandlersOwnFaultIsAServersFailure() {
        #expect(HTTPRefusal.allCases.filter { $0.status >= 500 } == [.badAnswer])
    }
}
