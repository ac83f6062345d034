// SPDX-License-Identifier: Apache-2.0

import CartloadHTTP
import Foundation
import TestSupport
import Testing

@Suite struct LimitTests {
    @Test func aThousandConnectionsAreHeldAndAllAnswered() async throws {
        try await withServer(TestHandler()) { server, port in
            let answers = try await onThread {
                let clients = try (0..<1000).map { _ in try RawClient(port) }
                for client in clients { try client.send("GET /now HTTP/1.1\r\nHost: a\r\n\r\n") }
                let first = try clients.map { try $0.readResponse().text }
                let held = server.connectionCount
                for client in clients { try client.send("GET /echo HTTP/1.1\r\nHost: a\r\n\r\n") }
                return (first, held, try clients.map { try $0.readResponse().status })
            }
            #expect(answers.0.allSatisfy { $0 == "now\n" } && answers.2.allSatisfy { $0 == 200 })
            #expect(answers.1 == 1000)
        }
    }

    @Test func whoComesAfterTheLastPlaceWaitsForOne() async throws {
        try await withServer(TestHandler(), { $0.maximumConnections = 3 }) { server, port in
            let answers = try await onThread {
                var clients = try (0..<6).map { _ in try RawClient(port) }
                for client in clients { try client.send("GET /now HTTP/1.1\r\nHost: a\r\n\r\n") }
                var answers: [String] = []
                while !clients.isEmpty {
                    answers.append(try clients.removeFirst().readResponse().text)
                    // More than that never were there.
                    if server.connectionCount > 3 { answers.append("too many") }
                }
                return answers
            }
            #expect(answers == Array(repeating: "now\n", count: 6))
        }
    }

    /// Bodies that together are many times the budget, all begun before any ends; whatever the sizes, all are answered.
    @Test(arguments: [false, true]) func bodiesBeyondTheBudgetWaitAndNoneFails(isChunked: Bool) async throws {
        let size = 3_000_000
        try await withServer(
            TestHandler(),
            {
                $0.maximumBodyBytes = 4_000_000
                $0.bodyBudget = 6_000_000
            }
        ) { _, port in
            let head =
                "POST /count HTTP/1.1\r\nHost: a\r\n"
                + (isChunked
                    ? "Transfer-Encoding: chunked\r\n\r\n\(String(size, radix: 16))\r\n"
                    : "Content-Length: \(size)\r\n\r\n")
            let end = isChunked ? "\r\n0\r\n\r\n" : ""
            let answers = try await withThrowingTaskGroup(of: String.self) { group in
                let clients = try await onThread {
                    try (0..<12).map { _ in
                        let client = try RawClient(port)
                        try client.send(head + String(repeating: "x", count: 1000))
                        return client
                    }
                }
                for client in clients {
                    group.addTask {
                        try await onThread {
                            try client.send([UInt8](repeating: UInt8(ascii: "x"), count: size - 1000))
                            try client.send(end)
                            return try client.readResponse().text
                        }
                    }
                }
                var answers: [String] = []
                for try await answer in group { answers.append(answer) }
                return answers
            }
            #expect(answers == Array(repeating: "\(size)", count: 12))
        }
    }

    @Test func aBodyWaitsUntilAnothersAnswerGivesItsBudgetBack() async throws {
        let handler = TestHandler()
        try await withServer(
            handler,
            {
                $0.maximumBodyBytes = 100_000
                $0.bodyBudget = 100_000
                // No time passes for a body that may not be read.
                $0.bodyDeadline = .milliseconds(200)
            }
        ) { _, port in
            func post(_ target: String) async throws -> String {
                try await exchange(
                    port,
                    "POST \(target) HTTP/1.1\r\nHost: a\r\nContent-Length: 90000\r\nConnection: close\r\n\r\n"
                        + String(repeating: "x", count: 90_000))
            }
            var events = handler.events.makeAsyncIterator()
            async let first = post("/gate")
            #expect(await events.next() == .request("/gate"))
            async let second = post("/count")
            // A third one without a body is answered, and another one's deadline passes, while the second waits.
            let third = try await exchange(
                port, "POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
            #expect(RawResponse.statuses(in: third) == [404])
            #expect(await events.next() == .request("/x"))
            handler.open()
            #expect(try await first.hasSuffix("open"))
            #expect(try await second.hasSuffix("90000"))
        }
    }
}
