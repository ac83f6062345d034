// SPDX-License-Identifier: Apache-2.0

import CartloadCore
import CartloadStorage
import TestSupport
import Testing

@Suite struct HTTPFailureTests {
    @Test(arguments: [(404, CartloadError.Code.status, false), (503, .unavailable, true), (429, .unavailable, true)])
    func aStatusIsAValueUntilSuccessIsAskedFor(status: Int, code: CartloadError.Code, isRetryable: Bool) async throws {
        let body = "no\u{7}\n" + String(repeating: "é", count: 500) + "END"
        let server = try HTTPTestServer(
            always: "HTTP/1.1 \(status) No\r\nRetry-After: 7\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)")
        let client = client(server)
        let request = HTTPRequest(try server.url("/a?key=secret"))
        let response = try await client.send(request)
        #expect(response.status == status && response.body.text == body)
        #expect(response.head.retryAfter == .seconds(7) && response.head.isRetryable == isRetryable)
        let errors = [
            await failure { try response.successful() }, await failure { try await client.open(request) },
            await failure { try await onThread { _ = try client.open(request) } },
        ]
        for error in errors {
            let error = try #require(error)
            #expect(error.code == code && error.isRetryableRequest == isRetryable)
            #expect(error.message.hasPrefix("the server answered with status \(status): no  é"))
            #expect(error.message.utf8.count < 260 && !error.message.contains("END"))
            #expect(error.location.source == "http://\(server.host)/a")
        }
    }

    @Test(arguments: [
        "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n0123456789",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n64\r\n0123456789",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\na\r\n0123456789\r\n",
    ])
    func aBodyThatBreaksOffIsAnErrorAtItsByte(answer: String) async throws {
        for last in [HTTPTestServer.Step.close, .reset] {
            let server = try HTTPTestServer { _ in [.send(answer), last] }
            let request = HTTPRequest(try server.url("/a?secret"))
            let sent = try #require(await failure { try await client(server).send(request) })
            #expect(sent.code == .brokenOff && sent.isRetryableRequest)
            let reader = try await client(server).open(request)
            let read = try #require(await failure { try await onThread { _ = try readAll(reader) } })
            #expect(read.code == .brokenOff && !read.description.contains("secret"))
            // A reset may throw away what was already on its way.
            if case .close = last {
                #expect(sent.location.byte == 10 && read.location.byte == 10 && reader.storedBytesRead == 10)
            }
        }
    }

    @Test(arguments: ["", "HTTP/1.1 200 OK\r\nContent-Le"])
    func aConnectionThatEndsWithoutAnAnswerIsAnError(answer: String) async throws {
        let server = try HTTPTestServer { _ in [.send(answer), .close] }
        let error = await failure { try await client(server).send(HTTPRequest(server.url())) }
        #expect(error?.code == .brokenOff)
    }

    @Test(arguments: ["hello\r\n\r\n", "HTTP/9.9 200 OK\r\n\r\n", "HTTP/1.1 abc OK\r\n\r\n"])
    func whatIsNotHTTPIsAnError(answer: String) async throws {
        let server = try HTTPTestServer { _ in [.send(answer), .close] }
        let error = await failure { try await client(server).send(HTTPRequest(server.url())) }
        #expect(error?.code == .badResponse, "\(error as Any)")
    }

    @Test(arguments: [
        "HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\n0123456789",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nb\r\n0123456789a\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n0123456789a",
    ])
    func aBodyHasABound(answer: String) async throws {
        let server = try HTTPTestServer { _ in [.send(answer), .close] }
        let bounded = client(server) {
            $0.maximumBodyBytes = 10
            $0.maximumStreamBytes = 10
        }
        let request = HTTPRequest(try server.url())
        #expect(await failure { try await bounded.send(request) }?.code == .tooLarge)
        #expect(
            await failure {
                let reader = try await bounded.open(request)
                try await onThread { _ = try readAll(reader) }
            }?.code == .tooLarge)
    }

    @Test(arguments: [
        String(repeating: "X-Filler: \(String(repeating: "a", count: 1000))\r\n", count: 100),
        "X-Filler: \(String(repeating: "a", count: 80_000))\r\n",
    ])
    func headersHaveABound(headers: String) async throws {
        let server = try HTTPTestServer(always: ok("a", headers))
        #expect(await failure { try await client(server).send(HTTPRequest(server.url())) }?.code == .tooLarge)
        let patient = client(server) { $0.maximumHeaderBytes = 1 << 20 }
        let answer = try? await patient.send(HTTPRequest(server.url()))
        // A line of 80,000 bytes is still within libcurl's own limit of 100 kB.
        #expect(answer?.body.text == "a")
    }

    @Test(arguments: ["", "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n0123456789"])
    func aServerThatStallsIsGivenUp(answer: String) async throws {
        let server = try HTTPTestServer { _ in [.send(answer), .hang] }
        let request = HTTPRequest(try server.url("/a?secret"))
        let short = client(server) {
            $0.timeout = .milliseconds(200)
            $0.streamTimeout = .milliseconds(200)
        }
        let sent = try #require(await failure { try await short.send(request) })
        #expect(sent.code == .timeout && sent.isRetryableRequest && !sent.description.contains("secret"))
        #expect(sent.location.byte == (answer.isEmpty ? 0 : 10))
        let read = await failure {
            let reader = try await short.open(request)
            try await onThread { _ = try readAll(reader) }
        }
        #expect(read?.code == .timeout)
        let slow = client(server) {
            $0.lowSpeedLimit = 1000
            $0.lowSpeedTime = .seconds(1)
        }
        #expect(await failure { try await slow.send(request) }?.code == .timeout)
    }

    @Test func aPortWithoutAServerRefuses() async throws {
        let url: HTTPURL
        do { url = try HTTPTestServer(always: "").url("/a?secret") }
        let error = await failure {
            var options = HTTPOptions()
            options.proxy = .none
            return try await HTTPClient(hosts: .named, options: options).send(HTTPRequest(url))
        }
        #expect(error?.code == .refused && error?.isRetryableRequest == true)
        #expect(error?.description.contains("secret") == false)
    }

    @Test func cancellingEndsATransferAtOnce() async throws {
        let server = try HTTPTestServer { _ in [.hang] }
        let client = client(server)
        let request = HTTPRequest(try server.url())
        var events = server.events.makeAsyncIterator()
        for streams in [false, true] {
            let task = Task {
                if streams { _ = try await client.stream(request) } else { _ = try await client.send(request) }
            }
            #expect(await events.next() == .request("/"))
            task.cancel()
            await #expect(throws: CancellationError.self) { try await task.value }
            #expect(await events.next() == .clientGone)
        }
    }

    @Test func aCancelledRequestIsNotSent() async throws {
        let server = try HTTPTestServer(always: ok("a"))
        let client = client(server)
        let url = try server.url()
        let task = Task {
            while !Task.isCancelled { await Task.yield() }
            return try await client.send(HTTPRequest(url))
        }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(server.requests.isEmpty)
    }
}
