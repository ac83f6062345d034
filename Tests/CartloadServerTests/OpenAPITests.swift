// SPDX-License-Identifier: Apache-2.0

import CartloadAPI
import CartloadCore
import Testing

@Suite struct OpenAPITests {
    @Test func itIsJSON() throws {
        #expect(try JSONValue(parsing: Bytes(OpenAPI.text))["openapi"]?.stringValue == "3.1.0")
    }
}
