// SPDX-License-Identifier: Apache-2.0

import CartloadCore
import CartloadStorage
import TestSupport
import Testing

@Suite struct HTTPBodyReaderTests {
    @Test(arguments: [1, 777, 65_536, 1 << 20])
    func everyByteComesInItsOrder(pieces: Int) async throws {
        let total = pieces == 1 ? 300_000 : 5_000_000
        let server = try HTTPTestServer { _ in
            [.send("HTTP/1.1 200 OK\r\nContent-Length: \(total)\r\n\r\n"), .pattern(total)]
        }
        let client = client(server) { $0.streamBufferBytes = 70_001 }
        let reader = try await client.open(HTTPRequest(server.url("/big?secret")))
        #expect(reader.head.contentLength == total && reader.name == "http://\(server.host)/big")
        let bytes = try await onThread { try readAll(reader, pieces: pieces) }
        #expect(bytes.count == total && reader.storedBytesRead == total)
        #expect(bytes.indices.allSatisfy { bytes[$0] == UInt8(truncatingIfNeeded: $0) })
    }

    @Test func aServerIsStoppedWhileNobodyReads() async throws {
        let total = 64 << 20
        let server = try HTTPTestServer { _ in
            [.send("HTTP/1.1 200 OK\r\nContent-Length: \(total)\r\n\r\n"), .pattern(total)]
        }
        // Waiting for the reader is not slowness of the server.
        let client = client(server) {
            $0.lowSpeedLimit = 1000
            $0.lowSpeedTime = .seconds(1)
        }
        let reader = try await client.open(HTTPRequest(server.url()))
        var events = server.events.makeAsyncIterator()
        #expect(await events.next() == .request("/"))
        guard case .stuck(let written)? = await events.next() else {
            Issue.record("the server could write everything although nobody read")
            return
        }
        // What is on the way is in the sockets' buffers, whose size the system chooses, and in ours.
        #expect(written < total / 2)
        // Others go on meanwhile.
        let other = try HTTPTestServer(always: ok("other"))
        #expect(try await CartloadStorageTests.client(other).send(HTTPRequest(other.url())).body.text == "other")
        #expect(try await onThread { try readAll(reader, pieces: 1 << 20).count } == total)
    }

    @Test func lettingGoOfAReaderEndsItsTransfer() async throws {
        let server = try HTTPTestServer { _ in
            [.send("HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n"), .pattern(1_000_000_000)]
        }
        var events = server.events.makeAsyncIterator()
        do {
            let reader = try await client(server).open(HTTPRequest(server.url()))
            var room = [UInt8](repeating: 0, count: 100)
            #expect(try room.withUnsafeMutableBytes { try reader.read(into: $0) } > 0)
        }
        while let event = await events.next(), event != .clientGone {}
    }

    @Test func aReadThatWaitsEndsWhenItIsCancelled() async throws {
        let server = try HTTPTestServer { _ in [.send("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc"), .hang] }
        let reader = try await client(server).open(HTTPRequest(server.url()))
        let first = try await onThread {
            var room = [UInt8](repeating: 0, count: 3)
            return try room.withUnsafeMutableBytes { try reader.read(into: $0) }
        }
        #expect(first == 3 && reader.wouldWait)
        let reading = Task { try await onThread { try readAll(reader) } }
        reader.cancel()
        await #expect(throws: CancellationError.self) { try await reading.value }
        await #expect(throws: CancellationError.self) { try await onThread { try readAll(reader) } }
    }

    @Test func aCancelledTasksReadEnds() async throws {
        let server = try HTTPTestServer { _ in [.send("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc"), .hang] }
        let reader = try await client(server).open(HTTPRequest(server.url()))
        // Reading directly in the task, as connectors do on the engine's threads.
        let reading = Task { try readAll(reader) }
        reading.cancel()
        await #expect(throws: CancellationError.self) { try await reading.value }
        var events = server.events.makeAsyncIterator()
        while let event = await events.next(), event != .clientGone {}
    }

    @Test(arguments: [
        "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", "HTTP/1.1 204 No\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "HTTP/1.0 200 OK\r\n\r\n",
    ])
    func anEmptyBodyEndsAtOnce(answer: String) async throws {
        let server = try HTTPTestServer { _ in [.send(answer), .close] }
        let reader = try await client(server).open(HTTPRequest(server.url()))
        #expect(try await onThread { try readAll(reader) }.isEmpty)
        // And the end stays the end.
        #expect(try await onThread { try readAll(reader) }.isEmpty)
    }
}
