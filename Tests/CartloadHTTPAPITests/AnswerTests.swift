// SPDX-License-Identifier: Apache-2.0

import CartloadCore
import CartloadHTTPAPI
import CartloadStorage
import Synchronization
import Testing

@Suite struct AnswerTests {
    /// Answers one after the other, the last for ever.
    private func server(_ answers: [APITestServer.Answer]) throws -> APITestServer {
        let rest = Mutex(answers[...])
        return try APITestServer { _ in
            rest.withLock { $0.count > 1 ? $0.removeFirst() : $0[$0.startIndex] }
        }
    }

    private static let good = APITestServer.Answer.json("{\"items\":[{\"n\":1}]}")
    private let yaml = definition("path: items\nrecords: items")

    @Test(arguments: [
        APITestServer.Answer.json("oh", status: 500), .json("{}", status: 502), .json("", status: 408),
        .json("<!DOCTYPE html><p>Wait</p>"), .json("{\"items\":[{\"n\":1}"), .json(""), .json("{\"error\":\"x\"}"),
        .json("{\"items\":null}"), .json("[]"), APITestServer.Answer(body: "{\"items\":[{\"n\":1}]}", isCut: true),
        APITestServer.Answer(isDropped: true),
    ])
    func aPassingFaultIsTriedAgainAndThenFails(fault: APITestServer.Answer) async throws {
        let passing = try server([fault, fault, Self.good])
        let time = TestTime()
        #expect(try await source(yaml, passing, time: time).records() == ["{\"n\":1}"])
        #expect(passing.requests.count == 3 && time.slept == [.seconds(1), .seconds(2)])
        let lasting = try server([fault])
        let error = await failure { try await source(yaml, lasting).records() }
        // An empty page would be a loss without a word.
        #expect([CartloadError.Code.apiUnavailable, .apiBody, .brokenOff].contains(error?.code))
        #expect(lasting.requests.count == 6 && error?.message.contains("after 6 tries") == true)
    }

    @Test(arguments: [
        (400, CartloadError.Code.apiRefused), (404, .apiRefused), (410, .apiRefused), (401, .apiCredentials),
        (403, .apiCredentials), (304, .apiRefused),
    ])
    func aRefusalIsNotTriedAgain(status: Int, code: CartloadError.Code) async throws {
        let server = try server([.json("{\"detail\":\"no such thing\"}", status: status)])
        let time = TestTime()
        let error = await failure { try await source(yaml, server, time: time).records() }
        #expect(error?.code == code && server.requests.count == 1 && time.slept.isEmpty)
        #expect(
            error?.message.contains("status \(status)") == true && error?.location.source?.contains("items") == true)
    }

    @Test func slowingDownDoesNotCountAsATry() async throws {
        let slow = APITestServer.Answer.json("{}", status: 429, headers: ["Retry-After": "30"])
        let server = try server(Array(repeating: slow, count: 20) + [Self.good])
        let time = TestTime(chance: 0)
        #expect(try await source(yaml, server, time: time).records() == ["{\"n\":1}"])
        #expect(server.requests.count == 21 && time.slept.reduce(.zero, +) >= .seconds(600))
        let lasting = try self.server([slow])
        let error = await failure { try await source(yaml, lasting, time: TestTime(chance: 0)).records() }
        #expect(error?.code == .apiUnavailable)
    }

    private static let rules = """
        path: items
        records: {path: items, optional: true}
        errors:
          - {path: error, is: [slow, ratelimited], then: rate_limited}
          - {path: error, is: hiccup, then: retry}
          - {path: error.code, is: 7, then: ignore}
          - {status: 404, then: ignore}
          - {status: [500-599], contains: maintenance, then: fail, message: the API is being mended}
          - {path: error, is: bad_token, then: credentials}
          - {status: 422, then: success}
          - {path: ok, is: false, then: fail}
        """

    @Test(arguments: [
        (APITestServer.Answer.json("{\"error\":\"ratelimited\"}"), 2, "ok"), (.json("{\"error\":\"hiccup\"}"), 2, "ok"),
        (.json("{\"error\":{\"code\":7}}"), 1, "none"), (.json("gone", status: 404), 1, "none"),
        (.json("{\"items\":[{\"n\":1}]}", status: 422), 1, "ok"), (.json("{\"other\":1}"), 1, "none"),
        (.json("down for maintenance", status: 503), 1, "api.refused"), (.json("down", status: 503), 2, "ok"),
        (.json("{\"error\":\"bad_token\"}"), 1, "api.credentials"), (.json("{\"ok\":false}"), 1, "api.refused"),
        (.json("{\"ok\":true,\"items\":[{\"n\":1}]}"), 1, "ok"), (.json("", status: 204), 1, "none"),
    ])
    func rulesSayWhatAnAnswerMeans(answer: APITestServer.Answer, requests: Int, outcome: String) async throws {
        let server = try server([answer, Self.good])
        let source = try source(definition(Self.rules), server)
        do {
            let records = try await source.records()
            #expect(records == (outcome == "ok" ? ["{\"n\":1}"] : []), "\(answer.body)")
            #expect(outcome == "ok" || outcome == "none")
        } catch let error as CartloadError {
            #expect(error.code.rawValue == outcome, "\(error)")
        }
        #expect(server.requests.count == requests)
    }

    @Test func aMessageOfTheDefinitionIsShown() async throws {
        let server = try server([.json("down for maintenance", status: 503)])
        let error = await failure { try await source(definition(Self.rules), server).records() }
        #expect(error?.message == "the API is being mended")
    }

    @Test func aPageThatIsNotKnownAnyMoreBeginsTheBatchAgain() async throws {
        let first = APITestServer.Answer.json("{\"items\":[{\"n\":1}],\"next\":\"a\"}")
        let last = APITestServer.Answer.json("{\"items\":[{\"n\":2}]}")
        let lost = APITestServer.Answer.json("{\"error\":\"invalid_cursor\"}")
        let text = definition(
            """
            path: items
            records: {path: items, optional: true}
            pages: {by: token, path: next, param: cursor}
            errors: [{path: error, is: invalid_cursor, then: reset_pages}]
            """)
        let server = try server([first, lost, first, last])
        #expect(try await source(text, server).records() == ["{\"n\":1}", "{\"n\":1}", "{\"n\":2}"])
        #expect(server.requests.map { $0.params["cursor"] } == [nil, "a", nil, "a"])
        let lasting = try self.server([lost])
        let error = await failure { try await source(text, lasting).records() }
        #expect(error?.code == .apiPages)
    }

    @Test func anAnswerThatIsTooLargeIsAnErrorAtOnce() async throws {
        let server = try server([
            .json("{\"items\":[\(Array(repeating: "{\"n\":1}", count: 100).joined(separator: ","))]}")
        ])
        let error = await failure {
            try await source(definition("path: items\nrecords: items", top: "limits: {body_bytes: 100}"), server)
                .records()
        }
        #expect(error?.code == .tooLarge && server.requests.count == 1)
    }

    @Test func requestsKeepToTheRateAndToWhatHeadersSay() async throws {
        let pages = (1...9).map { page in
            APITestServer.Answer.json(
                "{\"items\":[{\"n\":\(page)}]\(page < 9 ? ",\"next\":\"\(page)\"" : "")}",
                headers: page == 2 ? ["X-Left": "0", "X-Reset": "45"] : ["X-Left": "5"])
        }
        let text = definition(
            "path: items\nrecords: items\npages: {by: token, path: next, param: p}",
            top: "rate_limit: {requests: 4, per: 1m, remaining_header: X-Left, reset_header: X-Reset, reset: seconds}")
        let time = TestTime()
        let server = try server(pages)
        #expect(try await source(text, server, time: time).records().count == 9)
        #expect(time.slept == [.seconds(45), .seconds(15), .seconds(45), .seconds(15)])
    }
}
