// SPDX-License-Identifier: Apache-2.0

import CartloadCore
import CartloadFlow
import CartloadFormats
import CartloadStorage
import CartloadTesting
import Synchronization
import Testing

@testable import CartloadHTTPAPI

@Suite struct PostTests {
    /// A server that takes records, and those of a key only once.
    private final class Intake: Sendable {
        let streams = Mutex<[String: [JSONObject]]>([:])
        let keys = Mutex<[String]>([])
        /// What is answered to the first requests, in place of taking them.
        let troubles: Mutex<[APITestServer.Answer]>

        init(troubles: [APITestServer.Answer] = []) { self.troubles = Mutex(troubles) }

        func answer(_ request: APITestServer.Request) -> APITestServer.Answer {
            if let trouble = troubles.withLock({ $0.isEmpty ? nil : $0.removeFirst() }) { return trouble }
            let key = request.headers["idempotency-key"] ?? ""
            let isNew = keys.withLock { keys in
                defer { keys.append(key) }
                return !keys.contains(key)
            }
            guard isNew, let value = try? JSONValue(parsing: Bytes(request.body)) else { return .json("{}") }
            let records = (value.arrayValue ?? []).compactMap(\.objectValue)
            streams.withLock { $0[String(request.path.dropFirst()), default: []] += records }
            return .json("{}", status: 201)
        }

        func records(_ stream: String) -> [JSONObject] { streams.withLock { $0[stream] ?? [] } }
    }

    private func destination(
        _ server: APITestServer, _ settings: JSONObject = JSONObject(), time: TestTime = TestTime()
    ) throws -> PostDestination {
        var settings = settings
        if settings["url"] == nil { settings["url"] = .string(server.url + "/{stream}") }
        let configuration = try Configuration(settings, settings: PostOptions.settings)
        return PostDestination(try PostOptions(configuration), clock: time.clock, proxy: .none)
    }

    private func stream(_ receipt: JSONValue? = nil) -> DestinationStream {
        DestinationStream("items", receipt: receipt, checkpointID: "post")
    }

    private func batch(_ ids: Range<Int>) -> RecordBatch {
        RecordBatch(
            records: ids.map {
                JSONObject([("id", .int($0)), ("text", .string(String(repeating: "x", count: $0 % 9)))])
            })
    }

    private func write(_ ids: Range<Int>, to writer: any DestinationWriter) async throws {
        var diagnostics = Diagnostics()
        try await writer.write(try writer.prepare(batch(ids), &diagnostics))
        #expect(diagnostics.isEmpty)
    }

    private func commit(_ sequence: Int, isLast: Bool = false) -> Commit {
        Commit(sequence: sequence, checkpoint: Checkpoint(.null), isLast: isLast)
    }

    /// Sends records in one go, and gives what the server was asked.
    private func requests(
        _ ids: Range<Int>, _ settings: JSONObject, blocks: Int = 1000
    ) async throws -> [APITestServer.Request] {
        let server = try APITestServer { _ in .json("{}") }
        let writer = try await destination(server, settings).open(stream())
        for start in stride(from: ids.lowerBound, to: ids.upperBound, by: blocks) {
            try await write(start..<min(start + blocks, ids.upperBound), to: writer)
        }
        _ = try await writer.commit(commit(1, isLast: true))
        try await writer.close()
        return server.requests
    }

    @Test(arguments: ["keep", "send"]) func theDestinationKeepsTheContract(partial: String) async throws {
        let intake = Intake()
        let server = try APITestServer { intake.answer($0) }
        try await DestinationContract(showsEveryCommit: partial == "send") {
            try destination(server, JSONObject([("partial", .string(partial)), ("records", 100)]))
        } contents: {
            intake.records($0)
        }.run()
    }

    @Test func aRequestHasSoManyRecords() async throws {
        let requests = try await requests(0..<25, JSONObject([("records", 10)]))
        #expect(requests.map { $0.body.count { $0 == "{" } } == [10, 10, 5])
        #expect(requests.allSatisfy { $0.method == "POST" && $0.path == "/items" })
        #expect(requests.allSatisfy { $0.headers["content-type"] == "application/json" })
        #expect(requests[2].body.hasPrefix("[{\"id\":20,\"text\":\"xx\"},"))
        #expect(Set(requests.map { $0.headers["idempotency-key"] ?? "" }).count == 3)
    }

    @Test func aRequestHasSoManyBytes() async throws {
        let requests = try await requests(0..<200, JSONObject([("bytes", 300), ("format", "jsonl")]))
        #expect(
            requests.allSatisfy { $0.body.utf8.count <= 300 && $0.body.utf8.count > 240 || $0.body.contains("199") })
        #expect(requests.map(\.body).joined().split(separator: "\n").count == 200)
    }

    @Test(arguments: [1, 3, 7, 10, 11, 64]) func requestsDoNotDependOnBlocks(blocks: Int) async throws {
        let settings = JSONObject([("records", 10), ("bytes", 220)])
        let expected = try await requests(0..<100, settings)
        let found = try await requests(0..<100, settings, blocks: blocks)
        #expect(found.map(\.body) == expected.map(\.body))
        #expect(found.map { $0.headers["idempotency-key"] } == expected.map { $0.headers["idempotency-key"] })
    }

    @Test func theSameRecordsAreTwoRequestsWithTwoKeys() async throws {
        let server = try APITestServer { _ in .json("{}") }
        let writer = try await destination(server, JSONObject([("records", 2)])).open(stream())
        for _ in 0..<2 { try await write(0..<2, to: writer) }
        let keys = server.requests.map { $0.headers["idempotency-key"] }
        #expect(server.requests.count == 2 && keys[0] != keys[1])
    }

    @Test(arguments: [JSONObject([("key_salt", "again")]), JSONObject([("key_header", "X-Request")])])
    func keysCanBeMadeOtherOnes(setting: JSONObject) async throws {
        var settings = setting
        settings["records"] = 5
        let plain = try await requests(0..<5, JSONObject([("records", 5)]))[0]
        let other = try await requests(0..<5, settings)[0]
        #expect(other.body == plain.body)
        #expect(other.headers["idempotency-key"] != plain.headers["idempotency-key"])
        #expect((other.headers["x-request"] == plain.headers["idempotency-key"]) == (setting["key_header"] != nil))
    }

    @Test func aRunThatBreaksOffSendsTheSameRequestsAgain() async throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        var random = SeededGenerator(seed: seed)
        for _ in 0..<20 {
            let intake = Intake()
            let server = try APITestServer { intake.answer($0) }
            let settings = JSONObject([("records", .int(Int.random(in: 1...30, using: &random)))])
            let count = Int.random(in: 1...200, using: &random)
            var saved: (place: Int, receipt: JSONValue?, sequence: Int) = (0, nil, 0)
            while true {
                let writer = try await destination(server, settings).open(stream(saved.receipt))
                var place = saved.place
                var isBroken = false
                while place < count, !isBroken {
                    let next = min(count, place + Int.random(in: 1...40, using: &random))
                    try await write(place..<next, to: writer)
                    place = next
                    switch Int.random(in: 0..<4, using: &random) {
                    case 0: isBroken = true
                    case 1:
                        let receipt = try await writer.commit(commit(saved.sequence + 1))
                        // The receipt may be lost although the commit was made.
                        if Bool.random(using: &random) {
                            isBroken = true
                        } else {
                            saved = (place, try JSONValue(parsing: receipt.description), saved.sequence + 1)
                        }
                    default: break
                    }
                }
                guard !isBroken else {
                    try await writer.close()
                    continue
                }
                _ = try await writer.commit(commit(saved.sequence + 1, isLast: true))
                break
            }
            let ids = intake.records("items").compactMap { $0["id"]?.intValue }
            #expect(ids == Array(0..<count), "seed \(seed)")
        }
    }

    @Test(
        arguments: [
            (APITestServer.Answer(status: 503, headers: ["Retry-After": "7"]), 7.0...7.0),
            (APITestServer.Answer(status: 429, headers: ["Retry-After": "3"]), 3.0...3.5),
            (APITestServer.Answer(status: 500), 0.5...1.0), (APITestServer.Answer(isDropped: true), 0.5...1.0),
            (APITestServer.Answer(status: 408), 0.5...1.0),
        ])
    func whatMayPassIsTriedAgainWithTheSameKey(
        trouble: APITestServer.Answer, wait: ClosedRange<Double>
    ) async throws {
        let intake = Intake(troubles: [trouble])
        let server = try APITestServer { intake.answer($0) }
        let time = TestTime()
        let writer = try await destination(server, time: time).open(stream())
        try await write(0..<3, to: writer)
        _ = try await writer.commit(commit(1, isLast: true))
        #expect(server.requests.count == 2)
        #expect(server.requests[0].headers["idempotency-key"] == server.requests[1].headers["idempotency-key"])
        #expect(server.requests[0].body == server.requests[1].body)
        #expect(intake.records("items").count == 3)
        let slept = try #require(time.slept.first) / .seconds(1)
        #expect(wait.contains(slept), "\(slept)")
    }

    @Test(
        arguments: [
            (422, "api.refused", 1), (401, "api.credentials", 1), (302, "api.refused", 1),
            (500, "api.unavailable", 3), (429, "api.unavailable", nil),
        ] as [(Int, String, Int?)])
    func whatStaysFailsAndSaysWhatTheServerSaid(status: Int, code: String, tries: Int?) async throws {
        let server = try APITestServer { _ in
            .json("{\"error\":\"no room for hunter2secret\"}", status: status)
        }
        let settings = JSONObject([
            ("url", .string(server.url + "/in?key=topsecret")), ("bearer", "hunter2secret"), ("retry", ["tries": 3]),
        ])
        let writer = try await destination(server, settings).open(stream())
        try await write(0..<3, to: writer)
        let error = await failure { _ = try await writer.commit(commit(1, isLast: true)) }
        #expect(error?.code.rawValue == code)
        let text = try #require(error).description
        #expect(text.contains("\(server.url)/in") && text.contains("status \(status)") && text.contains("no room for"))
        #expect(text.contains("request 1, with 3 records"))
        #expect(!text.contains("hunter2secret") && !text.contains("topsecret"), "\(text)")
        if let tries { #expect(server.requests.count == tries) }
        #expect(server.requests[0].headers["authorization"] == "Bearer hunter2secret")
        #expect(server.requests[0].params["key"] == "topsecret")
    }

    @Test func bodiesAreCompressed() async throws {
        let requests = try await requests(0..<50, JSONObject([("compression", "gzip"), ("format", "jsonl")]))
        #expect(requests[0].headers["content-encoding"] == "gzip")
        let reader = try DecompressingReader(BodyReader(Bytes(requests[0].bytes), "body"), declared: .gzip)
        var text: [UInt8] = []
        var room = [UInt8](repeating: 0, count: 65_536)
        while case let count = try room.withUnsafeMutableBytes({ try reader.read(into: $0) }), count > 0 {
            text += room[..<count]
        }
        #expect(String(decoding: text, as: UTF8.self).split(separator: "\n").count == 50)
    }

    @Test func aRecordThatNoRequestHasRoomForIsRejected() async throws {
        let server = try APITestServer { _ in .json("{}") }
        let writer = try await destination(server, JSONObject([("bytes", 60)])).open(stream())
        let records = ["a", String(repeating: "b", count: 100), "c"].map { JSONObject([("t", .string($0))]) }
        var diagnostics = Diagnostics()
        let prepared = try writer.prepare(RecordBatch(records: records), &diagnostics)
        #expect(prepared.recordCount == 2)
        #expect(diagnostics.rejects.map(\.code.rawValue) == ["post.record-too-large"])
        try await writer.write(prepared)
        _ = try await writer.commit(commit(1, isLast: true))
        #expect(server.requests.map(\.body) == ["[{\"t\":\"a\"},{\"t\":\"c\"}]"])
    }

    @Test func nothingIsSentToAnotherHost() async throws {
        let other = try APITestServer { _ in .json("{}") }
        let server = try APITestServer { _ in
            APITestServer.Answer(status: 307, headers: ["Location": "http://localhost:\(other.port)/"])
        }
        let writer = try await destination(server).open(stream())
        try await write(0..<1, to: writer)
        let error = await failure { _ = try await writer.commit(commit(1, isLast: true)) }
        #expect(error?.code.rawValue == "http.redirect-refused")
        #expect(other.requests.isEmpty)
    }

    @Test func aFlowDeliversAllItsRecords() async throws {
        let intake = Intake()
        let server = try APITestServer { intake.answer($0) }
        let source = MemorySource("items", (0..<10).map { batch($0 * 7..<$0 * 7 + 7) })
        let destination = try destination(
            server, JSONObject([("records", 16), ("basic", ["user": "me", "password": "pass"])]))
        try await FlowRun(Link("post", source: source, outlets: [Outlet("server", destination)])).run()
        #expect(intake.records("items").compactMap { $0["id"]?.intValue } == Array(0..<70))
        #expect(server.requests.count == 5)
        #expect(server.requests[0].headers["authorization"] == "Basic bWU6cGFzcw==")
    }

    @Test(
        arguments: [
            JSONObject([("records", 0)]), JSONObject([("bytes", .int(1 << 40))]), JSONObject([("timeout", "soon")]),
            JSONObject([("bearer", "a"), ("basic", ["user": "b"])]), JSONObject([("headers", ["a": []])]),
        ])
    func aSettingOutOfRangeIsRefused(settings: JSONObject) throws {
        let server = try APITestServer { _ in .json("{}") }
        #expect(throws: CartloadError.self) { _ = try destination(server, settings) }
    }

    @Test func anotherReceiptIsRefused() async throws {
        let server = try APITestServer { _ in .json("{}") }
        let error = await failure { _ = try await destination(server).open(stream(["sequence": 3])) }
        #expect(error?.code.rawValue == "post.receipt")
    }
}
