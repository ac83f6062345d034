// SPDX-License-Identifier: Apache-2.0

import CartloadCore
import CartloadStorage
import Testing

func client(_ servers: HTTPTestServer..., change: (inout HTTPOptions) -> Void = { _ in }) -> HTTPClient {
    var options = HTTPOptions()
    options.proxy = .none
    // A busy machine may keep a test waiting; those that are about a limit set it.
    options.lowSpeedTime = .seconds(600)
    options.connectTimeout = .seconds(600)
    change(&options)
    return HTTPClient(hosts: .only(servers.map(\.host)), options: options)
}

/// Reads everything with reads of a size.
func readAll(_ reader: some ByteReader, pieces: Int = 10_000) throws -> [UInt8] {
    var bytes: [UInt8] = []
    var room = [UInt8](repeating: 0, count: pieces)
    while true {
        let count = try room.withUnsafeMutableBytes { try reader.read(into: $0) }
        if count == 0 { return bytes }
        bytes += room[..<count]
    }
}

/// The error that a body throws, if it is one of ours.
func failure<Result>(_ body: () async throws -> Result) async -> CartloadError? {
    do {
        _ = try await body()
        return nil
    } catch { return error as? CartloadError }
}

func ok(_ body: String, _ headers: String = "") -> String {
    "HTTP/1.1 200 OK\r\n\(headers)Content-Length: \(body.utf8.count)\r\n\r\n\(body)"
}

@Suite struct HTTPClientTests {
    @Test func anAnswerIsStatusHeadersAndBody() async throws {
        let server = try HTTPTestServer(
            always: "HTTP/1.1 201 Made\r\nX-One: 1\r\nx-two:  b c \r\nContent-Length: 5\r\n\r\nhello")
        let response = try await client(server).send(HTTPRequest(server.url("/a%20b/../c?q=%2F&r")))
        #expect(response.status == 201)
        #expect(response.headers["x-one"] == "1" && response.headers["X-Two"] == "b c")
        #expect(response.body.text == "hello")
        let request = try #require(server.requests.first)
        #expect(request.target == "/a%20b/../c?q=%2F&r", "the target is sent as it is written")
        #expect(request.headers["host"] == server.host && request.headers["user-agent"] == "cartload")
        #expect(request.headers["expect"] == nil && request.headers["accept-encoding"] == nil)
    }

    @Test(arguments: ["POST", "PUT", "PATCH", "DELETE"], ["", "{\"a\": 1}"])
    func aBodyIsSentWithItsLength(method: String, body: String) async throws {
        let server = try HTTPTestServer(always: ok("done"))
        let request = HTTPRequest(
            method, try server.url(), headers: ["Content-Type": "application/json", "X-Empty": ""], body: Bytes(body))
        #expect(try await client(server).send(request).body.text == "done")
        let seen = try #require(server.requests.first)
        #expect(seen.method == method && seen.body == body)
        #expect(seen.headers["content-length"] == "\(body.utf8.count)")
        #expect(seen.headers["content-type"] == "application/json" && seen.headers["x-empty"] == "")
    }

    @Test(arguments: ["GET", "DELETE", "POST", "OPTIONS"])
    func withoutABodyNothingIsSaidAboutOne(method: String) async throws {
        let server = try HTTPTestServer(always: ok("done"))
        _ = try await client(server).send(HTTPRequest(method, try server.url()))
        let seen = try #require(server.requests.first)
        #expect(seen.method == method && seen.headers["content-type"] == nil)
        #expect(seen.headers["content-length"] == (method == "POST" ? "0" : nil))
    }

    @Test func largeBodiesGoBothWays() async throws {
        let server = try HTTPTestServer { request in [.send(ok(request.body))] }
        let body = String(repeating: "0123456789", count: 300_000)
        let response = try await client(server).send(HTTPRequest("PUT", try server.url(), body: Bytes(body)))
        #expect(response.body.text == body)
    }

    @Test func headHasALengthAndNoBody() async throws {
        let server = try HTTPTestServer(always: "HTTP/1.1 200 OK\r\nContent-Length: 999999999\r\n\r\n")
        let response = try await client(server).send(HTTPRequest("HEAD", try server.url()))
        #expect(response.head.contentLength == 999_999_999 && response.body.isEmpty)
    }

    @Test(arguments: ["HTTP/1.1 100 Continue\r\n\r\n", "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"])
    func whatComesBeforeTheAnswerIsPassedOver(first: String) async throws {
        let server = try HTTPTestServer(always: first + ok("hello"))
        let response = try await client(server).send(HTTPRequest(server.url()))
        #expect(response.status == 200 && response.headers["Link"] == nil && response.body.text == "hello")
    }

    @Test func chunksAreJoinedAndTrailersIgnored() async throws {
        let server = try HTTPTestServer(
            always: "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                + "3\r\nabc\r\n2;x=y\r\nde\r\n0\r\nX-Trailer: 1\r\nHTTP/1.1 500: no\r\n\r\n")
        let response = try await client(server).send(HTTPRequest(server.url()))
        #expect(response.status == 200 && response.body.text == "abcde" && response.headers["X-Trailer"] == nil)
    }

    @Test func manyRequestsRunAtOnce() async throws {
        let server = try HTTPTestServer { request in [.send(ok(request.target))] }
        let client = client(server)
        try await withThrowingTaskGroup(of: Bool.self) { group in
            for number in 0..<300 {
                let url = try server.url("/\(number)")
                group.addTask { try await client.send(HTTPRequest(url)).body.text == "/\(number)" }
            }
            for try await isRight in group { #expect(isRight) }
        }
        #expect(Set(server.requests.map(\.target)).count == 300)
    }

    @Test func connectionsAreUsedAgain() async throws {
        let server = try HTTPTestServer(always: ok("a"))
        for _ in 0..<100 { _ = try await client(server).send(HTTPRequest(server.url())) }
        #expect(server.requests.count == 100)
        // Other tests' connections push out this one now and then: the few that are kept are the whole program's.
        #expect(server.connectionCount < 90)
    }

    @Test func gzipIsUnpackedWhereItWasAskedFor() async throws {
        let packed: [UInt8] = [
            31, 139, 8, 0, 0, 0, 0, 0, 2, 3, 203, 72, 205, 201, 201, 87, 200, 64, 39, 1, 227, 81, 61, 141, 23, 0, 0, 0,
        ]
        let server = try HTTPTestServer { _ in
            [
                .send("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: \(packed.count)\r\n\r\n"),
                .bytes(packed),
            ]
        }
        let plain = try await client(server).send(HTTPRequest(server.url()))
        #expect(Array(plain.body.withUnsafeBytes { Array($0) }) == packed)
        let unpacked = try await client(server) { $0.acceptsGzip = true }.send(HTTPRequest(server.url()))
        #expect(unpacked.body.text == "hello hello hello hello")
        #expect(server.requests.map { $0.headers["accept-encoding"] } == [nil, "gzip"])
        let small = client(server) {
            $0.acceptsGzip = true
            $0.maximumBodyBytes = 22
        }
        let error = await failure { try await small.send(HTTPRequest(server.url())) }
        // The packed length is more than the limit already; either way nothing longer is kept.
        #expect(error?.code == .tooLarge)
    }

    @Test func aProxyIsAskedForTheWholeURL() async throws {
        let proxy = try HTTPTestServer(always: ok("by proxy"))
        var options = HTTPOptions()
        options.proxy = .url("http://\(proxy.host)")
        let client = HTTPClient(hosts: .named, options: options)
        let response = try await client.send(HTTPRequest(HTTPURL("http://elsewhere.example/a?b")))
        #expect(response.body.text == "by proxy")
        #expect(proxy.requests.first?.target == "http://elsewhere.example/a?b")
    }

    @Test(arguments: [
        ("GET", "X", "a\r\nY: b"), ("GET", "X\r\nY", "a"), ("GET", "X Y", "a"), ("GET", "", "a"),
        ("GET", "X", "a\u{0}"),
        ("GET / HTTP/1.1\r\nX:", "X", "a"), ("", "X", "a"), ("GET", "Host", "other"), ("GET", "content-length", "3"),
        ("GET", "Transfer-Encoding", "chunked"),
    ])
    func aRequestThatSaysSomethingElseOnTheWireIsRefused(method: String, name: String, value: String) async throws {
        let server = try HTTPTestServer(always: ok("a"))
        let request = HTTPRequest(
            method, try server.url("/?secret"), headers: HTTPHeaders(dictionaryLiteral: (name, value)))
        let error = await failure { try await client(server).send(request) }
        #expect(error?.code == .badRequest && error?.description.contains("secret") == false)
        #expect(server.requests.isEmpty)
    }
}
