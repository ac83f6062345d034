// SPDX-License-Identifier: Apache-2.0

import CartloadConfiguration
import CartloadCore
import Testing

@Suite struct RedactorTests {
    @Test(arguments: [
        ("login with hunter2 failed", "login with *** failed"),
        ("hunter22", "***"),
        ("as JSON: a\\\"b", "as JSON: ***"),
        ("as URL: p%40ss%2Fw", "as URL: ***"),
        ("postgresql://joe:swordfish@db/x and s3://b/k", "postgresql://joe:***@db/x and s3://b/k"),
        ("time 12:30 at a@b", "time 12:30 at a@b"),
    ])
    func secretsAreTakenOutInEveryForm(text: String, expected: String) {
        let redactor = Redactor()
        for secret in ["hunter2", "hunter22", "a\"b", "p@ss/w", ""] { redactor.add(secret) }
        #expect(redactor.redact(text) == expected)
    }

    @Test func numbersOfJSONStay() {
        let redactor = Redactor()
        redactor.add("5")
        let json: JSONValue = ["count": 15, "message": "wrong: 5", "list": ["5"]]
        #expect(redactor.redact(json) == ["count": 15, "message": "wrong: ***", "list": ["***"]])
    }
}
