// SPDX-License-Identifier: Apache-2.0

import CartloadCore
import CartloadHTTPAPI
import CartloadStorage
import CartloadTesting
import Foundation
import Synchronization
import Testing

@Suite struct AuthenticationTests {
    private let config = object(["secret": "s3cr3t/ü", "user": "ann"])
    private let settings = "settings: {secret: {secret: true}, user: {}}\n"

    private func yaml(_ authentication: String, stream: String = "path: items") -> String {
        definition(stream, top: settings + "authentication: \(authentication)")
    }

    @Test(arguments: [
        ("{bearer: \"{{ config.secret }}\"}", "authorization", "Bearer s3cr3t/ü"),
        ("{api_key: {header: X-Key, value: \"{{ config.secret }}\"}}", "x-key", "s3cr3t/ü"),
        (
            "{basic: {user: \"{{ config.user }}\", password: \"{{ config.secret }}\"}}", "authorization",
            "Basic YW5uOnMzY3IzdC/DvA=="
        ),
        ("{basic: {user: ann}}", "authorization", "Basic YW5uOg=="),
    ])
    func credentialsGoIntoAHeader(authentication: String, name: String, value: String) async throws {
        let server = try APITestServer { _ in .json("[{\"n\":1}]") }
        #expect(try await source(yaml(authentication), server, config: config).records().count == 1)
        #expect(server.requests.map { $0.headers[name] } == [value])
    }

    @Test func aKeyInAParameterStaysOutOfCheckpoints() async throws {
        let server = try APITestServer { request in
            let key = request.params["key"] ?? ""
            return .json(
                request.params["page"] == nil
                    ? "{\"items\":[{\"n\":1}],\"next\":\"/v1/items?key=\(key)&page=2\"}" : "{\"items\":[{\"n\":2}]}")
        }
        let text = yaml(
            "{api_key: {param: key, value: \"{{ config.secret }}\"}}",
            stream: "path: items\nrecords: items\npages: {by: url, path: next}")
        let reading = try await StreamReading(source(text, server, config: object(["secret": "plain"])).stream("items"))
        #expect(server.requests.map { $0.params["key"] } == ["plain", "plain"])
        let checkpoints = reading.elements.compactMap(\.checkpoint).map(\.description).joined()
        #expect(checkpoints.contains("page=2") && !checkpoints.contains("plain"))
    }

    @Test(arguments: [401, 403, 404, 500, 200]) func noErrorShowsASecret(status: Int) async throws {
        let server = try APITestServer { request in
            .json("you sent \(request.headers["authorization"] ?? "") and \(request.params["q"] ?? "")", status: status)
        }
        let text = yaml(
            "{bearer: \"{{ config.secret }}\"}", stream: "path: items\nparams: {q: \"{{ config.secret }}\"}")
        let error = await failure { try await source(text, server, config: config).records() }
        let description = try #require(error?.description)
        #expect(!description.contains("s3cr3t"), "\(description)")
        #expect(description.contains("***"), "\(description)")
    }

    /// An authorization server and an API that takes only its newest token.
    private final class Authority: Sendable {
        private let state = Mutex((tokens: 0, requests: [[String: String]]()))
        let lifetime: Int
        init(lifetime: Int) { self.lifetime = lifetime }

        var requests: [[String: String]] { state.withLock { $0.requests } }

        /// Refuses the token that is good now.
        func revoke() { state.withLock { $0.tokens += 1000 } }

        func answer(_ request: APITestServer.Request) -> APITestServer.Answer {
            guard request.path == "/token" else {
                let good = state.withLock { "Bearer token-\($0.tokens)" }
                guard request.headers["authorization"] == good else { return .json("{\"error\":\"old\"}", status: 401) }
                let page = Int(request.params["p"] ?? "1") ?? 1
                return .json(page < 4 ? "[{\"n\":\(page)}]" : "[]")
            }
            var form: [String: String] = [:]
            for pair in request.body.split(separator: "&") {
                let sides = pair.split(separator: "=", omittingEmptySubsequences: false).map(String.init)
                form[sides[0]] = sides[1]
            }
            form["authorization"] = request.headers["authorization"]
            return state.withLock { state in
                state.tokens += 1
                state.requests.append(form)
                return .json(
                    "{\"access_token\":\"token-\(state.tokens)\",\"expires_in\":\(lifetime),\"refresh_token\":\"next-\(state.tokens)\"}"
                )
            }
        }
    }

    private let pages = "path: items\npages: {by: number, param: p}"

    @Test(arguments: ["body", "header"]) func aTokenIsGotOnceAndRenewedBeforeItEnds(place: String) async throws {
        let authority = Authority(lifetime: 3600)
        let server = try APITestServer { authority.answer($0) }
        let time = TestTime()
        let text = yaml(
            "{oauth: {token_url: URL/token, client_id: me, client_secret: \"{{ config.secret }}\", scopes: a b, "
                + "client_in: \(place), params: {audience: x}}}", stream: pages)
        let source = try source(text, server, config: config, time: time)
        let stream = try await source.stream("items")
        #expect(try await StreamReading(stream).records().count == 3)
        let first = try #require(authority.requests.first)
        #expect(authority.requests.count == 1 && first["grant_type"] == "client_credentials")
        #expect(first["scope"] == "a%20b" && first["audience"] == "x")
        #expect(first["client_secret"] == (place == "body" ? "s3cr3t%2F%C3%BC" : nil))
        #expect((first["authorization"] != nil) == (place == "header"))
        time.advance(by: .seconds(3600 - 61))
        #expect(try await StreamReading(stream).records().count == 3)
        #expect(authority.requests.count == 1)
        time.advance(by: .seconds(2))
        #expect(try await StreamReading(stream).records().count == 3)
        #expect(authority.requests.count == 2)
    }

    @Test func manyWhoAskAtOnceShareOneRequest() async throws {
        let authority = Authority(lifetime: 3600)
        let server = try APITestServer { authority.answer($0) }
        let text = yaml("{oauth: {token_url: URL/token, client_id: me}}", stream: pages)
        let stream = try await source(text, server).stream("items")
        try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<12 { group.addTask { try await StreamReading(stream).records().count } }
            for try await count in group { #expect(count == 3) }
        }
        #expect(authority.requests.count == 1)
    }

    @Test func aRefusedTokenIsRenewedOnce() async throws {
        let authority = Authority(lifetime: 3600)
        let server = try APITestServer { authority.answer($0) }
        let text = yaml("{oauth: {token_url: URL/token, client_id: me, refresh_token: first}}", stream: pages)
        let told = Mutex<[String]>([])
        let stream = try await source(
            text, server, refreshTokenReplaced: { old, new in told.withLock { $0.append("\(old) \(new)") } }
        ).stream("items")
        #expect(try await StreamReading(stream).records().count == 3)
        #expect(authority.requests.map { $0["refresh_token"] } == ["first"])
        #expect(told.withLock { $0 } == ["first next-1"])
        authority.revoke()
        // The authority counts on from there, so the next token is good again.
        #expect(try await StreamReading(stream).records().count == 3)
        #expect(authority.requests.map { $0["refresh_token"] } == ["first", "next-1"])
        #expect(told.withLock { $0 } == ["first next-1", "first next-1002"])
    }

    @Test func aReplacedRefreshTokenIsKeptForTheNextRun() async throws {
        let authority = Authority(lifetime: 3600)
        let server = try APITestServer { authority.answer($0) }
        let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = folder.appending(path: "state/token.json").path
        func used(_ token: String) async throws -> String? {
            let text = yaml(
                "{oauth: {token_url: URL/token, client_id: me, refresh_token: \"{{ config.secret }}\", token_file: \(file)}}",
                stream: pages)
            #expect(try await source(text, server, config: object(["secret": .string(token)])).records().count == 3)
            return authority.requests.last?["refresh_token"]
        }
        #expect(try await used("first") == "first")
        var status = stat()
        #expect(stat(file, &status) == 0 && status.st_mode & 0o777 == 0o600)
        #expect(try await used("first") == "next-1")
        #expect(try await used("first") == "next-2")
        // Somebody has logged in anew.
        #expect(try await used("second") == "second")
        #expect(try await used("second") == "next-4")
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path + "/state") == ["token.json"])
        try Data("{}".utf8).write(to: URL(filePath: file))
        let error = await failure { try await used("second") }
        #expect(error?.code == .apiTokenKept && error?.description.contains("second") == false)
    }

    @Test func aReplacedRefreshTokenThatNobodyKeepsEndsTheRun() async throws {
        let authority = Authority(lifetime: 3600)
        let server = try APITestServer { authority.answer($0) }
        let lost = yaml("{oauth: {token_url: URL/token, client_id: me, refresh_token: first}}", stream: pages)
        #expect(await failure { try await source(lost, server).records() }?.code == .apiTokenKept)
        let unwritable = yaml(
            "{oauth: {token_url: URL/token, client_id: me, refresh_token: first, token_file: /dev/null/token}}",
            stream: pages)
        #expect(await failure { try await source(unwritable, server).records() } != nil)
        struct Full: Error {}
        await #expect(throws: Full.self) {
            try await source(lost, server, refreshTokenReplaced: { _, _ in throw Full() }).records()
        }
    }

    @Test func aTokenThatIsRefusedAtOnceIsOneClearError() async throws {
        let server = try APITestServer { request in
            request.path == "/token"
                ? .json("{\"error\":\"invalid_client\",\"secret\":\"s3cr3t/ü\"}", status: 401) : .json("[]")
        }
        let text = yaml(
            "{oauth: {token_url: URL/token, client_id: me, client_secret: \"{{ config.secret }}\"}}", stream: pages)
        let error = await failure { try await source(text, server, config: config).records() }
        #expect(error?.code == .apiCredentials && error?.message.contains("invalid_client") == true)
        #expect(error?.description.contains("s3cr3t") == false && server.requests.count == 1)
    }

    @Test func anotherHostGetsNoCredentialsAndAStrangerNothing() async throws {
        let other = try APITestServer { _ in .json("{\"items\":[{\"n\":2}]}") }
        let server = try APITestServer { _ in .json("{\"items\":[{\"n\":1}],\"next\":\"\(other.url)/x\"}") }
        let stream = "path: items\nrecords: items\npages: {by: url, path: next}"
        let strange = yaml("{bearer: \"{{ config.secret }}\"}", stream: stream)
        let error = await failure { try await source(strange, server, config: config).records() }
        #expect(error?.code == .hostNotAllowed && other.requests.isEmpty)
        let known = strange.replacing("base_url", with: "hosts: [\"127.0.0.1:\(other.port)\"]\nbase_url")
        #expect(try await source(known, server, config: config).records().count == 2)
        #expect(other.requests.map { $0.headers["authorization"] } == [nil])
    }
}
