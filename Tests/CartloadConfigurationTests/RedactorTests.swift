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

    /// A short secret goes where it stands alone, and leaves words and numbers that hold it as they are.
    @Test(arguments: [
        ("line 12, byte 101: it is 1", "line 12, byte 101: it is ***"), ("1", "***"), ("password=1", "password=***"),
        ("{\"pin\": \"1\", \"n\": 11}", "{\"pin\": \"***\", \"n\": 11}"),
        ("https://h/?pin=1&n=21", "https://h/?pin=***&n=21"),
        ("0.1 s, 1.5 MB, 1,000 rows, v1, 2024-1-2", "0.1 s, 1.5 MB, 1,000 rows, v1, 2024-1-2"),
        ("the pin is 1.", "the pin is ***."), ("1, 1 and 1-", "***, *** and ***-"), ("(1)[1]'1'", "(***)[***]'***'"),
        ("abc abcd xabc _abc abc_ ABC", "*** abcd xabc _abc abc_ ABC"), ("é é1 ée", "*** é1 ée"), ("%C3%A9 x", "*** x"),
        ("a\"b a\\\"b xa\"b", "*** *** xa\"b"),
        ("four forty fourfour", "*** forty ******"),
    ])
    func shortSecretsAreTakenOutWhereTheyStandAlone(text: String, expected: String) {
        let redactor = Redactor()
        for secret in ["1", "abc", "é", "a\"b", "four"] { redactor.add(secret) }
        #expect(redactor.redact(text) == expected)
    }

    @Test func numbersOfJSONStay() {
        let redactor = Redactor()
        redactor.add("5")
        let json: JSONValue = ["count": 15, "message": "wrong: 5", "list": ["5"]]
        #expect(redactor.redact(json) == ["count": 15, "message": "wrong: ***", "list": ["***"]])
    }
}
