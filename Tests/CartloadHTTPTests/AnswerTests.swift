// SPDX-License-Identifier: Apache-2.0

import CartloadCore
import CartloadHTTP
import Synchronization
import TestSupport
import Testing

@Suite struct AnswerTests {
    /// The answer without its date.
    private static func answer(_ port: Int, _ request: String) async throws -> String {
        try await exchange(port, request).replacing(
            #/Date: [A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} [\d:]{8} GMT\r\n/#, with: "")
    }

    private static func get(_ target: String, _ method: String = "GET", _ fields: String = "") -> String {
        "\(method) \(target) HTTP/1.1\r\nHost: a\r\n\(fields)Connection: close\r\n\r\n"
    }

    @Test(arguments: [
        (get("/now"), "200 OK\r\nContent-Type: text/plain\r\nContent-Length: 4\r\nConnection: close\r\n\r\nnow\n"),
        (get("/now", "HEAD"), "404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"),
        (get("/empty"), "204 No Content\r\nConnection: close\r\n\r\n"),
        (get("/echo"), "200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"),
        (get("/large?bytes=5", "HEAD"), "200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\n"),
        (get("/framed"), "200 OK\r\nContent-Length: 3\r\nConnection: close\r\n\r\nabc"),
        (
            get("/forged?v=a%0d%0aX-B:%20c"),
            "500 Internal Server Error\r\nContent-Type: text/plain\r\nContent-Length: 18\r\nConnection: close\r\n\r\nthe server failed\n"
        ),
        (
            get("/forged?v=a%0aX-B:%20c"),
            "500 Internal Server Error\r\nContent-Type: text/plain\r\nContent-Length: 18\r\nConnection: close\r\n\r\nthe server failed\n"
        ),
        (get("/forged?v=b"), "200 OK\r\nX-A: b\r\nContent-Length: 1\r\nConnection: close\r\n\r\na"),
        (
            get("/stream"),
            "200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
                + "8\r\npiece 0\n\r\n8\r\npiece 1\n\r\n8\r\npiece 2\n\r\n0\r\n\r\n"
        ),
        (
            get("/stream", "HEAD"),
            "200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
        ),
        (
            "GET /stream HTTP/1.0\r\nConnection: keep-alive\r\n\r\n",
            "200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\npiece 0\npiece 1\npiece 2\n"
        ),
    ])
    func anAnswerIsRightToTheByte(request: String, expected: String) async throws {
        try await withServer(TestHandler()) { _, port in
            let answer = try await Self.answer(port, request)
            #expect(answer == "HTTP/1.1 " + expected)
        }
    }

    @Test func oldClientsKeepTheirConnectionWhenTheyAsk() async throws {
        try await withServer(TestHandler()) { _, port in
            let answer = try await Self.answer(
                port, "GET /now HTTP/1.0\r\nConnection: keep-alive\r\n\r\nGET /now HTTP/1.0\r\n\r\n")
            #expect(RawResponse.statuses(in: answer) == [200, 200])
            #expect(answer.contains("Connection: keep-alive\r\n\r\nnow\nHTTP/1.1"))
        }
    }

    @Test func aClientThatWaitsForContinueGetsIt() async throws {
        try await withServer(TestHandler()) { _, port in
            let (interim, answer) = try await onThread {
                let client = try RawClient(port)
                try client.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nExpect: 100-Continue\r\n\r\n")
                let interim = try client.readResponse()
                try client.send("hi")
                return (interim.head, try client.readResponse())
            }
            #expect(interim == "HTTP/1.1 100 Continue\r\n\r\n")
            #expect(answer.status == 200 && answer.text == "hi")
        }
    }

    @Test(arguments: [0, 1, 100, 16_000, 70_000, 1_000_000, 5_000_000], [false, true])
    func bodiesOfAnySizeComeThroughAndBack(size: Int, isChunked: Bool) async throws {
        let body = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8) }
        try await withServer(TestHandler()) { _, port in
            let answers = try await onThread {
                let client = try RawClient(port)
                return try (0..<2).map { _ in
                    var request = "POST /echo HTTP/1.1\r\nHost: a\r\n"
                    request += isChunked ? "Transfer-Encoding: chunked\r\n\r\n" : "Content-Length: \(size)\r\n\r\n"
                    var bytes = Array(request.utf8)
                    if isChunked {
                        var rest = body[...]
                        while !rest.isEmpty {
                            let piece = rest.prefix(33_333)
                            bytes += Array("\(String(piece.count, radix: 16))\r\n".utf8) + piece + Array("\r\n".utf8)
                            rest = rest.dropFirst(piece.count)
                        }
                        bytes += Array("0\r\n\r\n".utf8)
                    } else {
                        bytes += body
                    }
                    try client.send(bytes)
                    return try client.readResponse()
                }
            }
            for answer in answers {
                #expect(answer.status == 200 && answer.body == body)
                #expect(answer["content-length"] == "\(size)")
            }
        }
    }

    @Test func piecesAreSentInTheirOrder() async throws {
        try await withServer(TestHandler()) { _, port in
            let answer = try await Self.answer(port, Self.get("/pieces"))
            let body = (0..<200).map { "\($0)," }.joined() + "end"
            #expect(answer.hasSuffix("Content-Length: \(body.utf8.count)\r\nConnection: close\r\n\r\n" + body))
        }
    }

    @Test func everyRequestIsLogged() async throws {
        let (entries, log) = AsyncStream<HTTPAccess>.makeStream()
        try await withServer(TestHandler(), { $0.onAccess = { log.yield($0) } }) { _, port in
            _ = try await exchange(
                port,
                "POST /echo?a HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi"
                    + "GET /now HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
            var iterator = entries.makeAsyncIterator()
            let first = try #require(await iterator.next())
            #expect(
                first.request.method == "POST" && first.request.path == "/echo" && first.request.peer == "127.0.0.1")
            #expect(first.status == 200 && first.bytesIn == 2 && first.bytesOut > 2 && first.isWhole)
            #expect(first.duration > .zero && first.duration < .seconds(300) && first.request.body.isEmpty)
            let second = try #require(await iterator.next())
            #expect(second.request.path == "/now" && second.bytesOut == 4 && second.isWhole)
        }
    }

    @Test func addressesOfTheSixthVersionAreServed() async throws {
        try await withServer(TestHandler(), { $0.host = "::1" }) { server, port in
            #expect(try server.start().description == "http://[::1]:\(port)")
            let answer = try await onThread {
                let client = try RawClient(port, isIPv6: true)
                try client.send("GET /now HTTP/1.1\r\nHost: [::1]\r\n\r\n")
                return try client.readResponse()
            }
            #expect(answer.text == "now\n")
        }
    }

    @Test func anAddressInUseIsSaid() async throws {
        try await withServer(TestHandler()) { _, port in
            var options = HTTPServerOptions()
            options.port = port
            let error = #expect(throws: CartloadError.self) { try BeastServer(options).start() }
            #expect(error?.code == .serverAddressInUse)
        }
    }

    @Test(arguments: [
        ("no address at all!", CartloadError.Code.serverAddress), ("192.0.2.1", .serverAddress),
    ]) func anAddressOfOthersIsSaid(host: String, code: CartloadError.Code) {
        var options = HTTPServerOptions()
        options.host = host
        let error = #expect(throws: CartloadError.self) { try BeastServer(options).start() }
        #expect(error?.code == code)
    }

    @Test func anOptionOutsideItsRangeIsSaid() {
        var options = HTTPServerOptions()
        options.bodyBudget = 1
        let error = #expect(throws: CartloadError.self) { try BeastServer(options).start() }
        #expect(error?.code == .serverOption)
    }
}
