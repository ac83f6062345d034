// SPDX-License-Identifier: Apache-2.0

import CartloadCompute
import CartloadCore
import CartloadHTTP
import CartloadTesting
import Testing

@testable import CartloadServer

@Suite struct DashboardHandlerTests {
    @Test(arguments: [
        ("/", "text/html; charset=utf-8"), ("/dashboard/dashboard.js", "application/javascript; charset=utf-8"),
        ("/favicon.ico", "image/svg+xml"),
    ])
    func theFilesAreAnybodysAndKnownAgain(path: String, type: String) async throws {
        let fixture = try DashboardFixture()
        defer { fixture.engine.stop() }
        let answer = await fixture.get(path)
        #expect(answer.status == 200)
        #expect(answer.all("content-type") == [type])
        #expect(!answer.text.isEmpty)
        #expect(
            answer.all("content-security-policy").first?.hasPrefix("default-src 'none'; script-src 'self'") == true)
        #expect(answer.all("x-content-type-options") == ["nosniff"])
        let tag = try #require(answer.all("etag").first)
        for known in [tag, "W/\(tag)", "\"other\", \(tag)", "*"] {
            let again = await fixture.get(path, [HTTPField("if-none-match", known)])
            #expect(again.status == 304 && again.text.isEmpty)
        }
        #expect(await fixture.get(path, [HTTPField("if-none-match", "\"other\"")]).status == 200)
        #expect(await fixture.get(path, method: "POST").status == 405)
    }

    @Test(arguments: ["/", "/favicon.ico", "/dashboard/dashboard.js", "/dashboard/session", "/dashboard/events"])
    func aServerWithoutADashboardHasNothingOfIt(path: String) async throws {
        let fixture = try DashboardFixture(nil)
        defer { fixture.engine.stop() }
        let answer = await fixture.get(path, token: DashboardFixture.supervisor)
        #expect(answer.status == 404)
        #expect(answer.all("content-type") == ["application/json"])
    }

    @Test func whatIsInlineIsNamedByItsHashAndNothingIsFromElsewhere() async throws {
        let fixture = try DashboardFixture()
        defer { fixture.engine.stop() }
        let answer = await fixture.get("/")
        let page = answer.text
        for forbidden in ["style=", "onclick=", "http:", "https:", "stylesheet", "url("] {
            #expect(!page.contains(forbidden), "\(forbidden)")
        }
        let policy = try #require(answer.all("content-security-policy").first)
        #expect(!policy.contains("unsafe"))
        for tag in ["style", "script"] {
            let parts = page.split(separator: "<\(tag)>", omittingEmptySubsequences: false)
            #expect(parts.count == 2)
            let content = try #require(parts.last?.split(separator: "</\(tag)>").first)
            #expect(content.count > 100)
            let directive = try #require(policy.split(separator: "; ").first { $0.hasPrefix("\(tag)-src ") })
            let named = try #require(directive.split(separator: " ").last)
            #expect(named.hasPrefix("'sha256-") && named.hasSuffix("'"))
            let hash = try #require(Bytes(base64: String(named.dropFirst(8).dropLast())))
            let hexadecimal = hash.withUnsafeBytes { bytes in
                bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
            }
            #expect(Secret("sha256:\(hexadecimal)") == Secret(of: String(content)))
        }
        let script = await fixture.get("/dashboard/dashboard.js").text
        for forbidden in ["innerHTML", "eval(", "document.cookie", "sessionStorage", "setItem(\"token"] {
            #expect(!script.contains(forbidden), "\(forbidden)")
        }
    }

    @Test(arguments: [
        "/dashboard/session", "/dashboard/events", "/dashboard/pipelines/x", "/dashboard/pipelines/x/chunks",
        "/dashboard/pipelines/x/failures",
    ])
    func withoutCredentialsNothingElseIsSaid(path: String) async throws {
        let fixture = try DashboardFixture()
        defer { fixture.engine.stop() }
        #expect(await fixture.get(path).status == 401)
        #expect(await fixture.get(path, token: "clt_wrong").status == 401)
        let other = await fixture.get(path, token: DashboardFixture.user, [HTTPField("x-tenant-name", "other")])
        #expect(other.status == 403)
    }

    @Test func aSessionSaysWhoseItIs() async throws {
        let fixture = try DashboardFixture()
        defer { fixture.engine.stop() }
        let session = try await fixture.json("/dashboard/session", token: DashboardFixture.supervisor)
        #expect(session.description == #"{"tenant":"acme","user":"sue","supervisor":true}"#)
        let byKey = await fixture.get("/dashboard/session", [HTTPField("x-synthetic-key", DashboardFixture.key)])
        #expect(byKey.text == #"{"tenant":"acme","user":"jane","supervisor":false}"#)
        #expect(byKey.all("cache-control") == ["no-store"])
    }

    @Test func aPipelineIsShownWithItsChunksAndItsFailedRecords() async throws {
        let fixture = try DashboardFixture()
        defer { fixture.engine.stop() }
        let id = try await fixture.pipeline()
        let path = "/dashboard/pipelines/\(id)"
        let details = try await fixture.json(path)
        #expect(details["service"]?.stringValue == "f/negate[1.0]")
        #expect(details["completed"]?.intValue == 2)
        #expect(details["failed"]?.intValue == 1)
        let chunks = try await fixture.json("\(path)/chunks?limit=1")
        #expect(chunks["chunks"]?.arrayValue?.map { $0["id"]?.stringValue } == ["c2"])
        #expect(chunks["total"]?.intValue == 2)
        let failed = try await fixture.json("\(path)/chunks?failed=1")
        #expect(failed["total"]?.intValue == 1)
        let failures = try await fixture.json("\(path)/failures")
        let record = failures["chunks"]?.arrayValue?.first?["records"]?.arrayValue?.first
        #expect(record?["record"]?.intValue == 0)
        #expect(record?["problems"]?.arrayValue?.first?["path"]?.stringValue == "value")
        // A supervisor sees it, too.
        _ = try await fixture.json(path, token: DashboardFixture.supervisor)
    }

    @Test(arguments: ["chunks?limit=x", "chunks?offset=-1", "failures?from=3", "failures?from=a.b", "failures?limit="])
    func whatCannotBeAskedIsRefused(query: String) async throws {
        let fixture = try DashboardFixture()
        defer { fixture.engine.stop() }
        let id = try await fixture.pipeline()
        #expect(await fixture.get("/dashboard/pipelines/\(id)/\(query)", token: DashboardFixture.user).status == 400)
    }

    @Test func aTenantCalledDashboardKeepsItsPaths() async throws {
        #expect(DashboardRoute(["dashboard", "api", "v4", "batch"]) == nil)
        #expect(DashboardRoute(["dashboard", "api", "v4", "batch", "status"]) == nil)
        #expect(DashboardRoute(["dashboard", "pipelines", "x", "other"]) == nil)
    }

    // MARK: Events

    private func events(_ fixture: DashboardFixture, token: String) async throws
        -> @Sendable (HTTPResponseStream) async throws -> Void
    {
        let response = await fixture.get("/dashboard/events", token: token)
        #expect(response.all("content-type") == ["text/event-stream"])
        guard case .stream(let write) = response.body else {
            Issue.record("no stream: \(response.status)")
            return { _ in }
        }
        return write
    }

    @Test func aStreamEndsByItselfWhenTheServerEnds() async throws {
        let clock = ManualClock()
        let fixture = try DashboardFixture(clock: clock.runClock)
        defer { fixture.engine.stop() }
        let write = try await events(fixture, token: DashboardFixture.supervisor)
        let sent = SentEvents()
        async let done: Void = write(sent.stream())
        await sent.wait(for: 1)
        #expect(sent.all[0].hasPrefix("event: state\n"))
        #expect(sent.all[0].contains(#""services":[{"service":"f/negate[1.0]","busy":1"#))
        fixture.engine.stopWaiting()
        clock.advance(by: .seconds(1))
        try await done
        #expect(sent.all.last == "event: end\ndata: {}\n\n")
    }

    @Test func aStreamThatHasNothingToSayShowsThatItLives() async throws {
        let clock = ManualClock()
        let fixture = try DashboardFixture(clock: clock.runClock)
        defer { fixture.engine.stop() }
        let write = try await events(fixture, token: DashboardFixture.user)
        let sent = SentEvents()
        async let done: Void = write(sent.stream())
        await sent.wait(for: 1)
        #expect(!sent.all[0].contains("services"))
        clock.advance(by: .seconds(16))
        await sent.wait(for: 2)
        #expect(sent.all[1] == ": still here\n\n")
        fixture.engine.stopWaiting()
        clock.advance(by: .seconds(1))
        try await done
    }

    @Test func noMoreThanTheBoundMayLookOn() async throws {
        var limits = DashboardLimits()
        limits.viewers = 1
        let fixture = try DashboardFixture(limits)
        defer { fixture.engine.stop() }
        var first: HTTPServerResponse? = await fixture.get("/dashboard/events", token: DashboardFixture.user)
        #expect(first?.status == 200)
        #expect(await fixture.get("/dashboard/events", token: DashboardFixture.user).status == 429)
        first = nil
        #expect(await fixture.get("/dashboard/events", token: DashboardFixture.user).status == 200)
    }
}
