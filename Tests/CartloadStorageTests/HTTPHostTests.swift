// SPDX-License-Identifier: Apache-2.0

import CartloadCore
import CartloadStorage
import TestSupport
import Testing

@Suite struct HTTPHostTests {
    @Test(arguments: [
        ("http://a.example", "http://a.example/", "a.example"),
        ("HTTP://A.Example:80/x", "http://a.example/x", "a.example"),
        ("https://a.example:443?x=1#f", "https://a.example/", "a.example"),
        ("https://a.example:80/", "https://a.example:80/", "a.example:80"),
        ("http://user:pass%40word@127.0.0.1:8080/p?q", "http://127.0.0.1:8080/p", "127.0.0.1:8080"),
        ("http://[::1]:81/p", "http://[::1]:81/p", "[::1]:81"),
        ("http://a.example/ü?ü", "http://a.example/%C3%BC", "a.example"),
        ("http://a/p@q:r?s@t", "http://a/p@q:r", "a"),
    ])
    func aURLIsShownWithoutItsSecrets(text: String, shown: String, authority: String) throws {
        let url = try HTTPURL(text)
        #expect(url.description == shown && "\(url)" == shown && url.origin.authority == authority)
        #expect(!String(reflecting: url).contains("pass"))
        var dumped = ""
        dump(url, to: &dumped)
        #expect(!dumped.contains("pass") && !dumped.contains("q="))
    }

    @Test(arguments: [
        "", "a", "/a", "ftp://a/", "file:///etc/passwd", "http:a", "http://", "http:///a", "http://:80/", "http://a:b/",
        "http://a:0/", "http://a:65536/", "http://a:+80/", "http://a:/", "http://a b/", "http://a/b c", "http://a\\b/",
        "http://a\n/", "http://a/\u{0}", "http://2130706433/", "http://0x7f.0.0.1/", "http://127.1/",
        "http://0177.0.0.1/",
        "http://1.2.3.4.5/", "http://256.1.1.1/", "http://a%2eb/", "http://ü/", "http://[::1/",
        "http://[fe80::1%25lo]/",
        "http://[a]/", "gopher://secret:secret@a/?secret", "http://secret:secret@[x/?secret",
        "http//secret:secret@a?secret",
        "http://secret@a b", "http://secret:secret@",
    ])
    func aURLThatCouldMeanSomethingElseIsRefused(text: String) async {
        let error = await failure { try HTTPURL(text) }
        #expect(error?.code == .badURL)
        #expect(error?.description.contains("secret") == false, "\(error as Any)")
    }

    @Test(arguments: [
        ("http://a/", true), ("http://A:80/", true), ("https://a/", true), ("http://a:81/", false),
        ("http://b:81/", true),
        ("http://b/", false), ("http://a.evil/", false), ("http://a@evil/", false), ("http://evil/a", false),
        ("https://c/", true), ("http://c/", false),
    ])
    func onlyWhatIsNamedIsAllowed(text: String, isAllowed: Bool) throws {
        let policy = HTTPHostPolicy.only(["a", "B:81", "c:443"])
        #expect(policy.allows(try HTTPURL(text).origin) == isAllowed)
    }

    @Test func aHostThatIsNotAllowedIsNotContacted() async throws {
        let server = try HTTPTestServer(always: ok("a"))
        let url = try HTTPURL("http://user:secret@\(server.host)/a?secret")
        let client = HTTPClient(hosts: .only(["127.0.0.1", "localhost:\(server.port)"]))
        let errors = [
            await failure { try await client.send(HTTPRequest(url)) },
            await failure { try await client.open(HTTPRequest(url)) },
            await failure { try await onThread { _ = try client.open(HTTPRequest(url)) } },
        ]
        for error in errors {
            #expect(error?.code == .hostNotAllowed && error?.description.contains("secret") == false)
        }
        #expect(server.connectionCount == 0)
    }

    @Test func nameAndPasswordOfAURLAreSentAsAuthorization() async throws {
        let server = try HTTPTestServer(always: ok("a"))
        let url = try HTTPURL("http://user:pass%20word@\(server.host)/")
        _ = try await client(server).send(HTTPRequest(url))
        #expect(server.requests.first?.headers["authorization"] == "Basic dXNlcjpwYXNzIHdvcmQ=")
    }

    @Test(arguments: [301, 302, 303, 307, 308])
    func aRedirectWithinTheHostIsFollowed(status: Int) async throws {
        let server = try HTTPTestServer { request in
            request.target == "/end?x"
                ? [.send(ok("arrived"))]
                : [.send("HTTP/1.1 \(status) Go\r\nLocation: ../end?x\r\nContent-Length: 4\r\n\r\nbody")]
        }
        let request = HTTPRequest(try server.url("/a/start"), headers: ["Authorization": "mine", "X-Key": "k"])
        let response = try await client(server).send(request)
        #expect(response.body.text == "arrived" && response.head.url.description.hasSuffix("/end"))
        #expect(server.requests.map { $0.headers["authorization"] } == ["mine", "mine"])
        let reader = try await client(server).open(request)
        #expect(try await onThread { try readAll(reader) } == Array("arrived".utf8))
        let still = try await client(server) { $0.maximumRedirects = 0 }.send(request)
        #expect(still.status == status && still.body.text == "body")
    }

    @Test(arguments: [(301, nil as String?), (302, nil), (303, "GET"), (307, "POST"), (308, "POST")])
    func whatWritesIsRepeatedOnlyWhereHTTPSaysSo(status: Int, then: String?) async throws {
        let server = try HTTPTestServer { request in
            request.target == "/end"
                ? [.send(ok("arrived"))]
                : [.send("HTTP/1.1 \(status) Go\r\nLocation: /end\r\nContent-Length: 0\r\n\r\n")]
        }
        let response = try await client(server).send(HTTPRequest("POST", try server.url(), body: Bytes("data")))
        #expect(response.status == (then == nil ? status : 200))
        #expect(server.requests.dropFirst().first?.method == then)
        #expect(server.requests.last?.body == (then == "GET" ? "" : "data"))
    }

    @Test func aRedirectToAnotherHostIsRefusedAndNotContacted() async throws {
        let other = try HTTPTestServer(always: ok("never"))
        let server = try HTTPTestServer(
            always: "HTTP/1.1 302 Go\r\nLocation: http://\(other.host)/x?secret\r\nContent-Length: 0\r\n\r\n")
        let request = HTTPRequest(try server.url("/a?secret"))
        for client in [client(server), HTTPClient(hosts: .named, options: client(server).options)] {
            for error in [
                await failure { try await client.send(request) }, await failure { try await client.open(request) },
            ] {
                #expect(error?.code == .redirectRefused && error?.description.contains("secret") == false)
                #expect(error?.message.contains(other.host) == true && error?.isRetryableRequest == false)
            }
        }
        #expect(other.connectionCount == 0)
    }

    @Test func anotherHostGetsNoCredentials() async throws {
        let other = try HTTPTestServer(always: ok("arrived"))
        let server = try HTTPTestServer(
            always: "HTTP/1.1 302 Go\r\nLocation: http://other:secret@\(other.host)/x\r\nContent-Length: 0\r\n\r\n")
        let url = try HTTPURL("http://user:secret@\(server.host)/")
        let headers: HTTPHeaders = ["Cookie": "a", "X-Key": "b", "Accept": "text/x", "Range": "bytes=1-"]
        let response = try await client(server, other).send(HTTPRequest(url, headers: headers))
        #expect(response.body.text == "arrived")
        let seen = try #require(other.requests.first)
        #expect(
            server.requests.first?.headers["authorization"] != nil && server.requests.first?.headers["x-key"] == "b")
        #expect(seen.headers["authorization"] == nil && seen.headers["cookie"] == nil && seen.headers["x-key"] == nil)
        #expect(seen.headers["accept"] == "text/x" && seen.headers["range"] == "bytes=1-")
    }

    @Test(arguments: [
        "file:///etc/passwd", "ftp://127.0.0.1/", "http://2130706433/", "http://a b/", "http://[", "gopher://x/",
    ])
    func aRedirectToSomethingElseIsRefused(location: String) async throws {
        let server = try HTTPTestServer(
            always: "HTTP/1.1 302 Go\r\nLocation: \(location)\r\nContent-Length: 0\r\n\r\n")
        let error = await failure { try await client(server).send(HTTPRequest(server.url())) }
        #expect(error?.code == .redirectRefused, "\(error as Any)")
    }

    @Test func redirectsHaveABound() async throws {
        let server = try HTTPTestServer(always: "HTTP/1.1 302 Go\r\nLocation: /\r\nContent-Length: 0\r\n\r\n")
        let error = await failure {
            try await client(server) { $0.maximumRedirects = 3 }.send(HTTPRequest(server.url()))
        }
        #expect(error?.code == .redirectRefused && server.requests.count == 4)
    }

    @Test func aRedirectsOwnBodyHasABound() async throws {
        let server = try HTTPTestServer { _ in
            [.send("HTTP/1.1 302 Go\r\nLocation: /\r\nContent-Length: 1000000\r\n\r\n"), .pattern(1_000_000)]
        }
        let error = await failure { try await client(server).send(HTTPRequest(server.url())) }
        #expect(error?.code == .badResponse && server.requests.count == 1)
    }
}
