// SPDX-License-Identifier: Apache-2.0

import CartloadHTTP
import TestSupport
import Testing

@Suite struct FramingTests {
    private static let second = "GET /smuggled HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"

    @Test(arguments: FramingCase.refused) func aDoubtfulRequestIsRefusedAndEndsTheConnection(_ one: FramingCase)
        async throws
    {
        let handler = TestHandler()
        try await withServer(handler, { $0.maximumBodyBytes = 1_000_000 }) { _, port in
            let answer = try await exchange(port, one.bytes + Self.second)
            #expect(RawResponse.statuses(in: answer) == one.statuses)
            #expect(answer.contains("\r\nConnection: close\r\n"))
            #expect(!answer.contains("100 Continue"))
        }
        #expect(handler.targets.isEmpty)
    }

    @Test(arguments: FramingCase.refused.filter { $0.bytes.utf8.count < 400 })
    func aDoubtfulRequestIsRefusedByteByByteToo(_ one: FramingCase) async throws {
        let handler = TestHandler()
        try await withServer(handler, { $0.maximumBodyBytes = 1_000_000 }) { _, port in
            let answer = try await onThread {
                let client = try RawClient(port)
                for byte in (one.bytes + Self.second).utf8 { try client.send([byte]) }
                return try client.readAll()
            }
            // A reset may have taken the answer back: what counts is that there is no other.
            #expect([one.statuses, []].contains(RawResponse.statuses(in: answer)))
        }
        #expect(handler.targets.isEmpty)
    }

    @Test(arguments: FramingCase.taken) func aRequestIsAnswered(_ one: FramingCase) async throws {
        try await withServer(TestHandler()) { _, port in
            #expect(RawResponse.statuses(in: try await exchange(port, one.bytes)) == one.statuses)
            let answer = try await onThread {
                let client = try RawClient(port)
                for byte in one.bytes.utf8 { try client.send([byte]) }
                return try client.readAll()
            }
            #expect(RawResponse.statuses(in: answer) == one.statuses)
        }
    }

    /// A client that speaks TLS to a server without it waits for an answer, and would wait until the deadline.
    @Test(arguments: [[0x16, 3, 1, 2, 0, 1], [0], [0xff]]) func whatCannotBeHTTPIsRefusedAtItsFirstByte(
        _ bytes: [UInt8]
    )
        async throws
    {
        try await withServer(TestHandler(), { $0.headerDeadline = .seconds(100) }) { _, port in
            let answer = try await onThread {
                let client = try RawClient(port)
                try client.send(bytes)
                return try client.readAll()
            }
            #expect(RawResponse.statuses(in: answer) == [400])
        }
    }

    @Test func trailersAreNoHeaders() async throws {
        try await withServer(TestHandler()) { _, port in
            let answer = try await exchange(
                port,
                "POST /describe HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
                    + "2\r\nhi\r\n0\r\nX-Admin: yes\r\nHost: b\r\n\r\n")
            #expect(RawResponse.statuses(in: answer) == [200])
            #expect(!answer.contains("X-Admin") && !answer.contains("Host: b"))
            #expect(answer.hasSuffix("\nhi"))
        }
    }

    @Test func whatWasAskedIsSeenDecoded() async throws {
        try await withServer(TestHandler()) { _, port in
            let answer = try await exchange(
                port,
                "PUT /describe/a%20b/%C3%A4//c%2Fd/?x=1+2&y=%26&z&=q HTTP/1.1\r\nhOST: a\r\nX-Y:  v w \t\r\n"
                    + "Connection: close\r\n\r\n")
            let expected =
                #"PUT ["describe", "a b", "ä", "", "c/d"] ["x=1 2", "y=&", "z=", "=q"]"#
                + "\nhOST: a\nX-Y: v w\nConnection: close\n"
            #expect(answer.hasSuffix("\r\n\r\n" + expected))
        }
    }
}
