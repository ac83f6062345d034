// SPDX-License-Identifier: Apache-2.0

import CartloadHTTP
import Foundation
import TestSupport
import Testing

@Suite struct DrainTests {
    @Test func whatIsInFlightIsAnsweredAndTheIdleAreClosed() async throws {
        let handler = TestHandler()
        try await withServer(handler) { server, port in
            let idle = try await onThread {
                let client = try RawClient(port)
                try client.send("GET /now HTTP/1.1\r\nHost: a\r\n\r\n")
                _ = try client.readResponse()
                return client
            }
            async let answer = exchange(port, "GET /gate HTTP/1.1\r\nHost: a\r\n\r\n")
            var events = handler.events.makeAsyncIterator()
            #expect(await events.next() == .request("/gate"))
            async let drained: Void = server.drain(within: .seconds(300))
            // The idle one's end shows that draining has begun.
            #expect(try await onThread { try idle.readAll() } == "")
            #expect(throws: RawClient.Failure.self) { try RawClient(port) }
            handler.open()
            let text = try await answer
            #expect(text.contains("\r\nConnection: close\r\n") && text.hasSuffix("open"))
            await drained
        }
    }

    /// As between the fork and the exec of a child that another thread starts.
    @Test func nobodyCanConnectAlsoWhileAChildStillHasTheSocket() async throws {
        let handler = TestHandler()
        try await withServer(handler) { server, port in
            let inherited = dup(try #require(Self.listener(on: port)))
            defer { close(inherited) }
            await server.drain(within: .seconds(300))
            #expect(throws: RawClient.Failure.self) { try RawClient(port) }
            try await withServer(handler, { $0.port = port }) { _, second in #expect(second == port) }
        }
    }

    /// The descriptor of the socket that listens on a port.
    private static func listener(on port: Int) -> Int32? {
        (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd"))?.compactMap { Int32($0) }.first {
            var listens: Int32 = 0
            var size = socklen_t(MemoryLayout<Int32>.size)
            guard getsockopt($0, SOL_SOCKET, SO_ACCEPTCONN, &listens, &size) == 0, listens == 1 else { return false }
            var address = sockaddr_in()
            size = socklen_t(MemoryLayout<sockaddr_in>.size)
            let descriptor = $0
            return withUnsafeMutablePointer(to: &address) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(descriptor, $0, &size) }
            } == 0 && Int(UInt16(bigEndian: address.sin_port)) == port
        }
    }

    @Test(arguments: ["/wait", "/stream?waits"]) func whatTakesTooLongIsCut(target: String) async throws {
        let handler = TestHandler()
        try await withServer(handler) { server, port in
            async let answer = exchange(port, "GET \(target) HTTP/1.1\r\nHost: a\r\n\r\n")
            var events = handler.events.makeAsyncIterator()
            #expect(await events.next() == .request(target))
            await server.drain(within: .milliseconds(200))
            #expect(await events.next() == (target == "/wait" ? .cancelled(target) : .streamEnded))
            let text = try await answer
            #expect(!text.contains("0\r\n\r\n"))
        }
    }

    @Test func aRequestThatHasArrivedIsAnswered() async throws {
        let handler = TestHandler()
        try await withServer(handler) { server, port in
            _ = try await exchange(port, "GET /now HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
            let clients = try await onThread {
                let clients = try (0..<50).map { _ in try RawClient(port) }
                for client in clients { try client.send("GET /now HTTP/1.1\r\nHost: a\r\n\r\n") }
                return clients
            }
            // The first drain's time would do for all of them.
            await server.drain(within: .seconds(300))
            let answers = try await onThread { try clients.map { try $0.readAll() } }
            #expect(answers.allSatisfy { $0.hasSuffix("now\n") })
        }
    }

    @Test func aServerThatNeverRanIsDrainedAtOnce() async throws {
        let server = BeastServer(HTTPServerOptions())
        try server.start()
        await server.drain(within: .seconds(300))
        try await server.serve(TestHandler())
        #expect(throws: (any Error).self) { try server.start() }
    }

    @Test func cancellingTheServersTaskEndsIt() async throws {
        let server = BeastServer(HTTPServerOptions())
        let port = try server.start().port
        let handler = TestHandler()
        let task = Task { try await server.serve(handler) }
        async let answer = exchange(port, "GET /wait HTTP/1.1\r\nHost: a\r\n\r\n")
        var events = handler.events.makeAsyncIterator()
        #expect(await events.next() == .request("/wait"))
        task.cancel()
        try await task.value
        _ = try await answer
    }
}
