// SPDX-License-Identifier: Apache-2.0

import CartloadHTTP
import Foundation
import TestSupport
import Testing

/// Each waits for the server's own deadline, which is short; how long that takes on a busy machine is not looked at.
@Suite struct DeadlineTests {
    private static let short = Duration.milliseconds(300)

    /// Sends a byte now and then until the server closes; what came.
    private static func trickle(_ port: Int, _ start: String, _ byte: String) async throws -> String {
        try await onThread {
            let client = try RawClient(port)
            try client.send(start)
            // The pace is that of a slow client, not a wait for anything.
            let isOver = DispatchSemaphore(value: 0)
            Thread.detachNewThread {
                while isOver.wait(timeout: .now() + .milliseconds(50)) == .timedOut { try? client.send(byte) }
            }
            defer { isOver.signal() }
            return try client.readAll()
        }
    }

    @Test func aHeaderThatComesByteByByteIsCut() async throws {
        try await withServer(TestHandler(), { $0.headerDeadline = Self.short }) { _, port in
            let answer = try await Self.trickle(port, "GET /now HTTP/1.1\r\nX: ", "a")
            #expect([[408], []].contains(RawResponse.statuses(in: answer)))
        }
    }

    @Test(arguments: [
        ("Content-Length: 100000\r\n\r\n", "a"), ("Transfer-Encoding: chunked\r\n\r\n2;", "a"),
        ("Transfer-Encoding: chunked\r\n\r\n", "1\r\na\r\n"), ("Transfer-Encoding: chunked\r\n\r\n0\r\nA: ", "a"),
    ]) func aBodyThatComesByteByByteIsCut(start: String, byte: String) async throws {
        try await withServer(TestHandler(), { $0.bodyDeadline = Self.short }) { _, port in
            let answer = try await Self.trickle(port, "POST /echo HTTP/1.1\r\nHost: a\r\n" + start, byte)
            #expect([[408], []].contains(RawResponse.statuses(in: answer)))
        }
    }

    /// Others that began later are cut for want of bytes, so that its own deadline is over; and once more, so that the
    /// server has looked at it since.
    @Test func aLargeBodyOverASlowLineArrives() async throws {
        let half = String(repeating: "a", count: 60_000)
        try await withServer(
            TestHandler(),
            {
                $0.bodyDeadline = Self.short
                $0.bodyRate = 1024
            }
        ) { _, port in
            let answer = try await onThread {
                func post(_ length: Int, _ body: String) throws -> RawClient {
                    let client = try RawClient(port)
                    try client.send(
                        "POST /echo HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: \(length)\r\n\r\n\(body)"
                    )
                    return client
                }
                let client = try post(2 * half.utf8.count, half)
                for _ in 0..<2 { #expect(RawResponse.statuses(in: try post(100, "a").readAll()) == [408]) }
                try client.send(half)
                return try client.readAll()
            }
            #expect(RawResponse.statuses(in: answer) == [200])
        }
    }

    @Test func aConnectionThatSaysNothingIsClosed() async throws {
        try await withServer(TestHandler(), { $0.headerDeadline = Self.short }) { _, port in
            let answer = try await onThread { try RawClient(port).readAll() }
            #expect(answer == "")
        }
    }

    @Test func anIdleConnectionIsClosed() async throws {
        try await withServer(TestHandler(), { $0.idleDeadline = Self.short }) { _, port in
            let rest = try await onThread {
                let client = try RawClient(port)
                try client.send("GET /now HTTP/1.1\r\nHost: a\r\n\r\n")
                _ = try client.readResponse()
                return try client.readAll()
            }
            #expect(rest == "")
        }
    }

    @Test(arguments: ["/large?bytes=20000000", "/stream?pieces=100000&bytes=10000"])
    func aClientThatDoesNotReadIsCut(target: String) async throws {
        let (entries, log) = AsyncStream<HTTPAccess>.makeStream()
        try await withServer(
            TestHandler(),
            {
                $0.writeDeadline = Self.short
                $0.onAccess = { log.yield($0) }
            }
        ) { _, port in
            let client = try await onThread {
                let client = try RawClient(port, receiveBuffer: 4096)
                try client.send("GET \(target) HTTP/1.1\r\nHost: a\r\n\r\n")
                return client
            }
            var iterator = entries.makeAsyncIterator()
            let entry = try #require(await iterator.next())
            #expect(!entry.isWhole && entry.status == 200)
            withExtendedLifetime(client) {}
        }
    }

    @Test func aHandlerMayTakeLongerThanAnyDeadline() async throws {
        let handler = TestHandler()
        try await withServer(
            handler,
            {
                $0.writeDeadline = .milliseconds(1)
                $0.idleDeadline = .milliseconds(1)
            }
        ) { _, port in
            async let answer = onThread {
                let client = try RawClient(port)
                try client.send("GET /gate HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
                return try client.readAll()
            }
            var events = handler.events.makeAsyncIterator()
            #expect(await events.next() == .request("/gate"))
            // Another connection's end by deadline shows that the server has looked at deadlines since.
            let other = try await onThread {
                let client = try RawClient(port)
                try client.send("GET /now HTTP/1.1\r\nHost: a\r\n\r\n")
                return try client.readAll()
            }
            #expect(other.hasSuffix("now\n"))
            handler.open()
            #expect(try await answer.hasSuffix("open"))
        }
    }
}
