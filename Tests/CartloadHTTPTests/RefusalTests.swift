// SPDX-License-Identifier: Apache-2.0

import CartloadCore
import CartloadHTTP
import Testing

@Suite struct RefusalTests {
    private static let form = HTTPRefusalForm(contentType: "application/x-form; a=b") { refusal in
        refusal == .headersTooLarge ? Bytes() : Bytes("<\(refusal)>")
    }

    /// What a client gets from a server with that form.
    private static func answer(_ request: String) async throws -> String {
        try await withAnswer(request) { $0.refusals = form }
    }

    private static func withAnswer(
        _ request: String, _ change: (inout HTTPServerOptions) -> Void
    ) async throws -> String {
        var answer = ""
        try await withServer(TestHandler(), change) { _, port in answer = try await exchange(port, request) }
        return answer
    }

    @Test(arguments: [
        ("GET /echo HTTP/1.1\r\n\r\n", 400, "<badRequest>"),
        ("GET /echo HTTP/3.0\r\nHost: a\r\n\r\n", 400, "<badRequest>"),
        ("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 900000000\r\n\r\n", 413, "<bodyTooLarge>"),
        (
            "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Encoding: br\r\nContent-Length: 1\r\nConnection: close\r\n\r\nx",
            415, "<encoded>"
        ),
        ("GET /echo HTTP/1.1\r\nHost: a\r\nExpect: luck\r\n\r\n", 417, "<unknownExpectation>"),
        ("GET /echo HTTP/1.1\r\nHost: a\r\nX: \(String(repeating: "x", count: 40_000))\r\n\r\n", 431, ""),
        ("GET /forged?v=a%0aX-B:%20c HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", 500, "<badAnswer>"),
    ])
    func everyRefusalHasTheFormThatTheServerWasGiven(request: String, status: Int, body: String) async throws {
        let answer = try await Self.answer(request)
        #expect(RawResponse.statuses(in: answer) == [status])
        #expect(answer.contains("\r\nContent-Type: application/x-form; a=b\r\n"))
        #expect(answer.contains("\r\nContent-Length: \(body.utf8.count)\r\n"))
        #expect(answer.contains("\r\nConnection: close\r\n"))
        #expect(answer.hasSuffix("\r\n\r\n" + body))
    }

    @Test func whatTakesTooLongIsRefusedInThatForm() async throws {
        let answer = try await Self.withAnswer("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nab") {
            options in
            options.refusals = Self.form
            options.bodyDeadline = .milliseconds(50)
        }
        #expect(RawResponse.statuses(in: answer) == [408])
        #expect(answer.hasSuffix("\r\n\r\n<timeout>"))
    }

    @Test func aTypeThatWouldForgeAFieldIsRefused() {
        var options = HTTPServerOptions()
        options.refusals = HTTPRefusalForm(contentType: "a\r\nX: b") { _ in Bytes() }
        #expect(throws: CartloadError.self) { try BeastServer(options).start() }
    }
}
