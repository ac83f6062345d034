// SPDX-License-Identifier: Apache-2.0

import CartloadCore
import CartloadStorage
import CartloadTesting
import Synchronization
import Testing

@testable import CartloadHTTPAPI

@Suite struct PollTests {
    private func source(
        _ server: APITestServer, _ settings: JSONObject = JSONObject(), time: TestTime = TestTime()
    ) throws -> PollSource {
        var settings = settings
        settings["url"] = .string(server.url + "/data?key=topsecret")
        let configuration = try Configuration(settings, settings: PollOptions.settings)
        return PollSource(try PollOptions(configuration), clock: time.clock, proxy: .none)
    }

    private func reading(_ source: PollSource, since checkpoint: Checkpoint? = nil) async throws -> StreamReading {
        try await StreamReading(source.streams()[0], since: checkpoint)
    }

    private func texts(_ reading: StreamReading) throws -> [String] {
        try reading.records().map { JSONValue.object($0).description }
    }

    struct Body: Sendable, CustomTestStringConvertible {
        var text: String
        var type: String?
        var settings = JSONObject()
        var testDescription: String { "\(type ?? "") \(text.prefix(40))" }
    }

    @Test(
        arguments: [
            Body(text: "[{\"a\":1},{\"a\":2}]"),
            Body(text: "[{\"a\":1},{\"a\":2}]", type: "application/json; charset=utf-8"),
            Body(text: "[\n  {\n    \"a\": 1\n  },\r\n  {\"a\":\n2}\n]\n", type: "application/vnd.api+json"),
            Body(text: "{\"a\":1}\n{\"a\":2}\n"), Body(text: "{\"a\":1}\n{\"a\":2}", type: "application/x-ndjson"),
            Body(text: "a\n1\n2\n", type: "text/csv"),
            Body(text: "a\n1\n2\n", type: "text/plain", settings: JSONObject([("format", "csv")])),
            Body(
                text: "{\"data\":{\"items\":[{\"a\":1},{\"a\":2}]}}", type: "application/json",
                settings: JSONObject([("records", "data.items")])),
        ])
    func recordsAreReadInTheFormThatTheyHave(body: Body) async throws {
        let server = try APITestServer { _ in
            .json(body.text, headers: body.type.map { ["Content-Type": $0] } ?? [:])
        }
        let reading = try await reading(source(server, body.settings))
        #expect(try texts(reading).map { $0.filter { $0 != " " } } == ["{\"a\":1}", "{\"a\":2}"])
        // Whoever writes lines gets one for each record, however the answer was laid out.
        for case .records(let batch, _, _, _) in reading.elements {
            var lines = BytesBuilder()
            var diagnostics = Diagnostics()
            batch.writeJSONLines(into: &lines, &diagnostics)
            #expect(lines.finish().text.count { $0.isNewline } == batch.count)
        }
    }

    @Test func oneObjectIsOneRecord() async throws {
        let server = try APITestServer { _ in .json("{\"temperature\": 21.50}") }
        #expect(try texts(await reading(source(server))) == ["{\"temperature\":21.50}"])
    }

    @Test(arguments: [["ETag": "\"v1\""], ["Last-Modified": "Mon, 01 Jan 2024 00:00:00 GMT"], [:]])
    func theSourceKeepsTheContract(headers: [String: String]) async throws {
        let server = try APITestServer { request in
            let isKnown =
                request.headers["if-none-match"] == "\"v1\""
                || request.headers["if-modified-since"] == "Mon, 01 Jan 2024 00:00:00 GMT"
            if isKnown { return APITestServer.Answer(status: 304, headers: headers) }
            return .json("[\(records(0..<40))]", headers: headers)
        }
        try await SourceContract(source(server), blockSize: 100).run()
        #expect(
            headers.isEmpty
                == server.requests.allSatisfy {
                    $0.headers["if-none-match"] == nil
                        && $0.headers["if-modified-since"] == nil
                })
    }

    @Test func onlyAChangedAnswerIsReadAgain() async throws {
        let body = Mutex("[{\"a\":1}]")
        let server = try APITestServer { _ in .json(body.withLock { $0 }) }
        let source = try source(server)
        let first = try await reading(source)
        let second = try await reading(source, since: first.elements.last?.checkpoint)
        body.withLock { $0 = "[{\"a\":1},{\"a\":2}]" }
        let third = try await reading(source, since: second.elements.last?.checkpoint)
        #expect(try [first, second, third].map { try $0.records().count } == [1, 0, 2])
        let all = try self.source(server, JSONObject([("unchanged", "read")]))
        #expect(try await reading(all, since: third.elements.last?.checkpoint).records().count == 2)
    }

    @Test(
        arguments: [
            (Body(text: "<!DOCTYPE html><html>Please log in</html>"), "poll.form"),
            (Body(text: "<html>", type: "application/json"), "poll.form"),
            (Body(text: "hello"), "poll.form"), (Body(text: "hello", type: "application/json"), "json.invalid"),
            (Body(text: "[{\"a\":1},", type: "application/json"), "json.truncated"),
            (Body(text: "{\"a\":1}", settings: JSONObject([("records", "items")])), "api.body"),
            (Body(text: "", type: "application/json"), "json.invalid"),
        ])
    func whatIsNotRecordsIsAnError(body: Body, code: String) async throws {
        let server = try APITestServer { _ in
            .json(body.text, headers: body.type.map { ["Content-Type": $0] } ?? [:])
        }
        let error = await failure { _ = try await reading(source(server, body.settings)) }
        #expect(error?.code.rawValue == code, "\(String(describing: error))")
        #expect(error?.location.source == "\(server.url)/data")
    }

    @Test func aRecordThatIsNoObjectIsABadRecord() async throws {
        let server = try APITestServer { _ in .json("[1,{\"a\":1}]") }
        let reading = try await reading(source(server))
        #expect(try reading.records().count == 1)
        let rejects = reading.elements.flatMap { element in
            if case .records(_, _, _, let diagnostics) = element { diagnostics.rejects } else { [] }
        }
        #expect(rejects.count == 1)
    }

    @Test func anAnswerThatIsTooLongIsAnError() async throws {
        let server = try APITestServer { _ in .json("[{\"a\":\"\(String(repeating: "x", count: 3000))\"}]") }
        let error = await failure { _ = try await reading(source(server, JSONObject([("max_body_bytes", 1000)]))) }
        #expect(error?.code.rawValue == "http.too-large")
    }

    @Test func faultsThatMayPassAreTriedAgain() async throws {
        let count = Mutex(0)
        let server = try APITestServer { _ in
            count.withLock { count in
                count += 1
                return count < 3 ? .json("", status: 503) : .json("[{\"a\":1}]")
            }
        }
        let time = TestTime()
        #expect(try await reading(source(server, time: time)).records().count == 1)
        #expect(time.slept.count == 2)
    }

    @Test func anErrorTellsNoSecret() async throws {
        let server = try APITestServer { _ in .json("{\"error\":\"bad token hunter2secret\"}", status: 403) }
        let settings = JSONObject([("secret_headers", ["X-Key": "hunter2secret"])])
        let error = await failure { _ = try await reading(source(server, settings)) }
        let text = try #require(error).description
        #expect(error?.code.rawValue == "api.credentials" && text.contains("bad token"))
        #expect(!text.contains("hunter2secret") && !text.contains("topsecret"), "\(text)")
        #expect(server.requests[0].headers["x-key"] == "hunter2secret")
    }

    @Test func aCheckpointOfAnotherSourceIsRefused() async throws {
        let server = try APITestServer { _ in .json("[]") }
        let error = await failure { _ = try await reading(source(server), since: Checkpoint(["files": [:]])) }
        #expect(error?.code.rawValue == "batch.checkpoint")
        #expect(server.requests.isEmpty)
    }
}

private func records(_ ids: Range<Int>) -> String {
    ids.map { "{\"id\":\($0),\"text\":\"text \($0)\"}" }.joined(separator: ",")
}
