// SPDX-License-Identifier: Apache-2.0

import CartloadHTTP
import TestSupport
import Testing

@Suite struct StreamTests {
    @Test func aLongStreamToASlowReaderComesWhole() async throws {
        try await withServer(TestHandler(), { $0.streamHighWater = 10_000 }) { _, port in
            let count = try await onThread {
                let client = try RawClient(port, receiveBuffer: 4096)
                try client.send(
                    "GET /stream?pieces=500&bytes=5000 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
                return try client.readAll().utf8.count { $0 == UInt8(ascii: "x") }
            }
            // One more in "text/event-stream".
            #expect(count == 500 * 5000 + 1)
        }
    }

    @Test func aFailedStreamIsCutWithoutAnEnd() async throws {
        try await withServer(TestHandler()) { _, port in
            let answer = try await exchange(port, "GET /stream?fails HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(!answer.contains("0\r\n\r\n"))
        }
    }

    @Test(arguments: ["/stream?waits", "/wait"]) func whoHasGoneIsToldToTheHandler(target: String) async throws {
        let handler = TestHandler()
        try await withServer(handler) { _, port in
            var events = handler.events.makeAsyncIterator()
            do {
                let client = try await onThread {
                    let client = try RawClient(port)
                    try client.send("GET \(target) HTTP/1.1\r\nHost: a\r\n\r\n")
                    if target != "/wait" { _ = try client.read(until: "piece 2") }
                    return client
                }
                #expect(await events.next() == .request(target))
                withExtendedLifetime(client) {}
            }
            // The client is closed here.
            #expect(await events.next() == (target == "/wait" ? .cancelled(target) : .streamEnded))
        }
    }

    @Test func aClientThatClosesItsSideStillGetsAnAnswer() async throws {
        let handler = TestHandler()
        try await withServer(handler) { _, port in
            let answer = try await onThread {
                let client = try RawClient(port)
                try client.send("GET /wait HTTP/1.1\r\nHost: a\r\n\r\n")
                client.finishSending()
                return try client.readAll()
            }
            #expect(RawResponse.statuses(in: answer) == [503])
        }
    }

    @Test func requestsBeforeAClientsEndAreAllAnswered() async throws {
        try await withServer(TestHandler()) { _, port in
            let answer = try await onThread {
                let client = try RawClient(port)
                let request = "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\n"
                try client.send(request + "a" + request + "b" + request + "c" + request)
                client.finishSending()
                return try client.readAll()
            }
            #expect(RawResponse.statuses(in: answer) == [200, 200, 200])
            #expect(answer.hasSuffix("\r\n\r\nc"))
        }
    }

    @Test func manyClientsThatGoAwayLeaveNothingBehind() async throws {
        let handler = TestHandler()
        try await withServer(handler) { server, port in
            try await onThread {
                let clients = try (0..<200).map { _ in try RawClient(port) }
                for client in clients { try client.send("GET /wait HTTP/1.1\r\nHost: a\r\n\r\n") }
                withExtendedLifetime(clients) {}
            }
            var cancelled = 0
            for await event in handler.events {
                if case .cancelled = event { cancelled += 1 }
                if cancelled == 200 { break }
            }
            let answer = try await exchange(port, "GET /now HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
            #expect(answer.hasSuffix("now\n"))
        }
    }
}
