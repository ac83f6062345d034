// SPDX-License-Identifier: Apache-2.0

import CartloadCore
import CartloadFlow
import CartloadHTTPAPI
import CartloadTesting
import Synchronization
import Testing

@Suite struct SourceTests {
    /// Channels with messages on the edges of hours, in pages of two, newest first.
    private final class Chat: Sendable {
        let channels = Mutex(["C1", "C2"])
        /// In microseconds after 2024-01-01.
        let messages: Mutex<[String: [Int64]]>
        /// How much the API rounds the bounds that it is asked for.
        let isSloppy: Bool
        static let start: Int64 = 1_704_067_200_000_000
        static let hour: Int64 = 3_600_000_000

        init(isSloppy: Bool = false) {
            self.isSloppy = isSloppy
            let hour = Chat.hour
            messages = Mutex([
                "C1": [0, 1, hour - 1, hour, hour + 1, 3 * hour - 1, 3 * hour, 3 * hour + 5, 3 * hour + 6],
                "C2": [hour + 7, 2 * hour, 5 * hour], "C3": [5, 2 * hour + 5],
            ])
        }

        static func stamp(_ microseconds: Int64) -> String {
            let digits = String((start + microseconds) % 1_000_000)
            return "\((start + microseconds) / 1_000_000)." + String(repeating: "0", count: 6 - digits.count) + digits
        }

        func answer(_ request: APITestServer.Request) -> APITestServer.Answer {
            if request.path == "/v1/channels" {
                let list = channels.withLock { $0.map { "{\"id\":\"\($0)\",\"name\":\"n\"}" } }
                return .json("{\"channels\":[\(list.joined(separator: ","))]}")
            }
            func micro(_ name: String) -> Int64 {
                let parts = (request.params[name] ?? "").split(separator: ".").map { Int64($0) ?? 0 }
                return parts.count == 2 ? parts[0] * 1_000_000 + parts[1] - Chat.start : -1
            }
            let slop: Int64 = isSloppy ? 2_000_000 : 0
            let all = messages.withLock { $0[request.params["channel"] ?? ""] ?? [] }
                .filter { $0 >= micro("oldest") - slop && $0 <= micro("latest") + slop }.sorted(by: >)
            let first = Int(request.params["cursor"] ?? "0") ?? 0
            let page = all.dropFirst(first).prefix(2)
            let rows = page.map { "{\"ts\":\"\(Chat.stamp($0))\"}" }.joined(separator: ",")
            let next = first + 2 < all.count ? ",\"meta\":{\"next\":\"\(first + 2)\"}" : ""
            return .json("{\"messages\":[\(rows)]\(next)}")
        }
    }

    private func chat(_ windows: String, concurrency: Int = 1) -> String {
        """
        name: chat
        base_url: URL/v1
        streams:
          channels: {path: channels, records: channels, keys: [id]}
          messages:
            path: history
            params: {channel: "{{ parent.id }}", oldest: "{{ batch.from as epoch }}", latest: "{{ batch.last as epoch }}"}
            records: messages
            keys: [channel, ts]
            add: {channel: "{{ parent.id }}"}
            parents: {stream: channels, fields: [id]}
            windows: {start: 2024-01-01, step: hour, field: ts, format: epoch, \(windows)}
            pages: {by: token, path: meta.next, param: cursor}
            concurrency: \(concurrency)
        """
    }

    @Test(arguments: [1, 3]) func theSourceKeepsTheContract(concurrency: Int) async throws {
        let chat = Chat()
        let server = try APITestServer { chat.answer($0) }
        let text = self.chat("end: \"2024-01-01T06:00:00Z\"", concurrency: concurrency)
        try await SourceContract(source(text, server)).run()
        let records = try await source(text, server).records("messages")
        #expect(records.count == 12 && Set(records).count == 12)
        #expect(records.allSatisfy { $0.contains("\"channel\":\"C") })
    }

    @Test func recordsOutsideTheirWindowAreCountedAndDroppedWhereThatIsWanted() async throws {
        let chat = Chat(isSloppy: true)
        let server = try APITestServer { chat.answer($0) }
        for (policy, count) in [("keep", 24), ("drop", 12)] {
            let stream = try await source(
                self.chat("outside: \(policy), end: \"2024-01-01T06:00:00Z\""), server
            ).stream("messages")
            let reading = try await CartloadTesting.StreamReading(stream)
            let records = try reading.records()
            #expect(Set(records.map { JSONValue.object($0).description }).count == 12)
            #expect(policy == "keep" ? records.count > 12 : records.count == 12, "\(records.count) of \(count)")
            let outside = reading.elements.reduce(0) { sum, element in
                guard case .records(_, _, _, let diagnostics) = element else { return sum }
                return sum + (diagnostics.warnings[.apiOutside] ?? 0)
            }
            #expect(outside > 0)
        }
    }

    @Test func aNewParentGetsItsHistoryAndKnownOnesOnlyWhatIsNew() async throws {
        let chat = Chat()
        let server = try APITestServer { chat.answer($0) }
        let time = TestTime("2024-01-01T03:30:00Z")
        let source = try source(self.chat("lag: 1m"), server, time: time)
        let first = try await CartloadTesting.StreamReading(source.stream("messages"))
        #expect(try first.records().count == 8)
        chat.channels.withLock { $0 = ["C3", "C2", "C1"] }
        time.advance(by: .seconds(2 * 3600))
        let requests = server.requests.count
        let checkpoint = try finished(try await source.stream("messages"), first)
        let later = try await CartloadTesting.StreamReading(source.stream("messages"), since: checkpoint)
        let names = try later.records().map { "\($0["channel"]?.stringValue ?? "")/\($0["ts"]?.stringValue ?? "")" }
        #expect(names.filter { $0.hasPrefix("C3") }.count == 2 && names.filter { $0.hasPrefix("C1") }.count == 3)
        #expect(names.count == 5)
        #expect(server.requests.count > requests)
        // One entry for each parent, however many batches there were.
        let state = try finished(try await source.stream("messages"), later)?.description ?? ""
        #expect(state.utf8.count < 200, "\(state)")
    }

    /// The checkpoint after all batches of a reading.
    private func finished(_ stream: any CartloadCore.Stream, _ reading: CartloadTesting.StreamReading) throws
        -> Checkpoint?
    {
        let stream = try #require(stream as? any ComposableStream)
        return try reading.batches.reduce(reading.start) { try stream.checkpoint(after: $1, since: $0) }
    }

    @Test func aBatchGoesOnAtThePageWhereItWas() async throws {
        let chat = Chat()
        let server = try APITestServer { chat.answer($0) }
        let stream = try await source(self.chat("end: \"2024-01-01T06:00:00Z\""), server).stream("messages")
        let batch = try #require(
            try await CartloadTesting.StreamReading.offer(stream, since: nil).batches.first { batch in
                batch["from"] == "2024-01-01T03:00:00Z" && batch["parent"]?["id"] == "C1"
            })
        let whole = try await CartloadTesting.StreamReading(batch, of: stream)
        guard case .records(_, _, let place?, _)? = whole.elements.first else {
            return #expect(Bool(false), "the first page has no place")
        }
        var rest = batch
        rest.resume = place.value
        let before = server.requests.count
        #expect(try await CartloadTesting.StreamReading(rest, of: stream).records().count == 1)
        #expect(server.requests.count == before + 1)
    }

    @Test func theEngineReadsBatchesAtOnceAndResumes() async throws {
        let chat = Chat()
        let server = try APITestServer { chat.answer($0) }
        let source = try source(self.chat("end: \"2024-01-01T06:00:00Z\"", concurrency: 3), server)
        let destination = MemoryDestination()
        let link = Link("chat", source: source, streams: ["messages"], outlets: [Outlet("memory", destination)])
        _ = try await FlowRun(link, options: EngineOptions(workers: 2)).run()
        #expect(destination.records(of: "messages").count == 12)
    }

    @Test func aBatchWaitsForAnEarlierOneOfItsParentThatIsNotYetBegun() async throws {
        let chat = Chat()
        let server = try APITestServer { chat.answer($0) }
        let stream = try await source(self.chat("end: \"2024-01-01T06:00:00Z\"", concurrency: 3), server).stream(
            "messages")
        let following = try #require(stream as? any CommitFollowing)
        let batches = try await CartloadTesting.StreamReading.offer(stream, since: nil).batches
        let own = batches.filter { $0["parent"]?["id"] == "C1" }
        following.willCommit()
        following.willRead(own[0])
        following.willRead(own[1])
        let events = Mutex<[String]>([])
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { @Sendable in
                _ = try await CartloadTesting.StreamReading(own[1], of: stream)
                events.withLock { $0.append("the second is read") }
            }
            // Long enough for a request on loopback, if there was one.
            for _ in 0..<20_000 where server.requests.count == 1 { await Task.yield() }
            _ = try await CartloadTesting.StreamReading(own[0], of: stream)
            events.withLock { $0.append("the first is committed") }
            following.committed(own[0])
            try await group.waitForAll()
        }
        #expect(events.withLock { $0 } == ["the first is committed", "the second is read"])
    }

    @Test func lookbackReadsAgainWhatMayHaveChanged() async throws {
        let chat = Chat()
        let server = try APITestServer { chat.answer($0) }
        let time = TestTime("2024-01-01T03:00:00Z")
        let source = try source(self.chat("lookback: 2h"), server, time: time)
        let stream = try await source.stream("messages")
        let first = try await CartloadTesting.StreamReading(stream)
        let checkpoint = try finished(stream, first)
        let again = try await CartloadTesting.StreamReading.offer(stream, since: checkpoint).batches
        #expect(again.compactMap { $0["from"]?.stringValue }.count { $0 == "2024-01-01T01:00:00Z" } == 2)
        #expect(!again.contains { $0["from"] == "2024-01-01T00:00:00Z" })
    }

    @Test(arguments: [
        Checkpoint(["kind": "time_windows", "version": 1, "stream": "messages", "at": "2024-01-01T00:00:00Z"]),
        Checkpoint(["kind": "api_partitions", "version": 1, "stream": "others", "at": [:]]),
        Checkpoint(["kind": "api_partitions", "version": 9, "stream": "messages", "at": [:]]),
        Checkpoint(["after": 7]), Checkpoint("x"),
        Checkpoint(["kind": "api_partitions", "version": 1, "stream": "messages", "at": ["x": 1]]),
    ])
    func aForeignCheckpointIsRefused(checkpoint: Checkpoint) async throws {
        let chat = Chat()
        let server = try APITestServer { chat.answer($0) }
        let source = try source(self.chat("end: \"2024-01-01T06:00:00Z\""), server)
        let error = await failure { try await source.records("messages", since: checkpoint) }
        #expect(error?.code == .batchCheckpoint)
    }

    // MARK: Incremental by the field of its windows

    @Test func windowsByAFieldAreIncrementalByIt() async throws {
        let chat = Chat()
        let server = try APITestServer { chat.answer($0) }
        let source = try source(self.chat("end: \"2024-01-01T06:00:00Z\""), server)
        let stream = try #require(try await source.stream("messages") as? any IncrementalStream)
        #expect(stream.replicationKey == "ts" && stream.replicationKeys == ["ts"])
        #expect(throws: CartloadError.self) { try stream.incremental(by: "id", from: nil) }
        #expect(throws: CartloadError.self) { try stream.incremental(by: "ts", from: "yesterday") }
        let later = try stream.incremental(by: "ts", from: "1704078000.000000")
        let names = try await CartloadTesting.StreamReading(later).records().compactMap { $0["ts"]?.stringValue }
        #expect(names.count == 4 && names.allSatisfy { $0 >= "1704078000" })
        let channels = try #require(try await source.stream("channels") as? any IncrementalStream)
        #expect(channels.replicationKey == nil && channels.replicationKeys.isEmpty)
    }

    @Test func theValueAtACheckpointIsWhatEveryParentHasReached() async throws {
        let chat = Chat()
        let server = try APITestServer { chat.answer($0) }
        let stream = try await source(self.chat("end: \"2024-01-01T06:00:00Z\""), server).stream("messages")
        let incremental = try #require(stream as? any IncrementalStream)
        let composable = try #require(stream as? any ComposableStream)
        let reading = try await CartloadTesting.StreamReading(stream)
        var checkpoint = reading.start
        for batch in reading.batches {
            // A parent that the run has not come to holds it back, and nobody knows which there are.
            #expect(checkpoint.flatMap(incremental.replicationValue) == nil)
            checkpoint = try composable.checkpoint(after: batch, since: checkpoint)
        }
        #expect(checkpoint.flatMap(incremental.replicationValue) == "1704088800.000000")
    }

    @Test(arguments: [(1, 1), (50, 25)]) func aSampleTakesFewRequests(records: Int, requests: Int) async throws {
        let server = try APITestServer { _ in .json("[]") }
        let text = definition(
            """
            path: items
            params: {from: "{{ batch.from }}"}
            ranges: {from: 0, to: 1000, step: 1}
            """)
        let stream = try await source(text, server).stream("items")
        #expect(try await StreamSample(of: stream, records: records).recordCount == 0)
        #expect(server.requests.count == requests)
    }

    @Test func rangesAndListsAreCombined() async throws {
        let server = try APITestServer { request in
            let from = Int(request.params["from"] ?? "") ?? 0
            let to = Int(request.params["last"] ?? "") ?? 0
            let rows = (from...to).map { "{\"n\":\($0)}" }.joined(separator: ",")
            return .json("[\(rows)]")
        }
        let text = definition(
            """
            path: "items/{{ parent.region }}"
            params: {from: "{{ batch.from }}", last: "{{ batch.last }}"}
            add: {region: "{{ parent.region }}"}
            list: {name: region, values: [eu, "{{ config.more }}"]}
            ranges: {from: 0, to: "{{ config.count }}", step: 4}
            """)
        let source = try source(text, server, config: object(["more": ["us", "asia"], "count": 10]))
        try await SourceContract(source).run()
        let records = try await source.records()
        #expect(records.count == 30 && Set(records).count == 30)
        #expect(records.contains("{\"n\":9,\"region\":\"asia\"}"))
        #expect(
            server.requests.contains {
                $0.path == "/v1/items/us" && $0.params["from"] == "8" && $0.params["last"] == "9"
            })
    }

    @Test(arguments: [
        ("jsonl", "{\"n\":1}\n{\"n\":2}\n", "{\"n\":1,\"x\":7}"),
        ("csv", "n,t\n1,a\n2,b\n", "{\"n\":1,\"t\":\"a\",\"x\":7}"),
    ])
    func bodiesMayBeJSONLinesOrCSV(format: String, body: String, first: String) async throws {
        let server = try APITestServer { request in
            .json(request.params["p"] == "0" ? body : format == "csv" ? "n,t\n" : "")
        }
        let text = definition(
            "path: items\nrecords: {format: \(format)}\npages: {by: offset, param: p}\nadd: {x: 7}")
        let source = try source(text, server)
        let records = try await source.records()
        #expect(records.first == first && records.count == 2)
        try await SourceContract(source).run()
    }

    @Test func numbersKeepTheirDigitsAndAddedFieldsReplaceOthers() async throws {
        let server = try APITestServer { _ in
            .json("[{\"n\":12345678901234567890.10, \"x\":{\"a\":1}},{},{\"y\":null}]")
        }
        let stream = try await source(definition("path: items\nadd: {x: \"v\"}"), server).stream("items")
        let reading = try await CartloadTesting.StreamReading(stream)
        var lines = BytesBuilder()
        var diagnostics = Diagnostics()
        for case .records(let batch, _, _, _) in reading.elements { batch.writeJSONLines(into: &lines, &diagnostics) }
        #expect(
            lines.finish().text
                == "{\"n\":12345678901234567890.10,\"x\":\"v\"}\n{\"x\":\"v\"}\n{\"y\":null,\"x\":\"v\"}\n")
    }

    @Test func aStreamWithoutWindowsIsReadOnceAndAgainAfterItsTime() async throws {
        let server = try APITestServer { _ in .json("[{\"n\":1}]") }
        for (refresh, expected) in [("", [1, 0, 0]), ("refresh: 1h", [1, 0, 1])] {
            let time = TestTime()
            let stream = try await source(definition("path: items\n\(refresh)"), server, time: time).stream("items")
            var checkpoint: Checkpoint?
            var counts: [Int] = []
            for _ in 0..<3 {
                let reading = try await CartloadTesting.StreamReading(stream, since: checkpoint)
                counts.append(try reading.records().count)
                checkpoint = try finished(stream, reading)
                time.advance(by: .seconds(1900))
            }
            #expect(counts == expected, "\(refresh)")
        }
    }

    @Test func largePagesAreDividedIntoBlocks() async throws {
        let rows = (0..<2000).map { "{\"n\":\($0)}" }.joined(separator: ", ")
        let server = try APITestServer { _ in .json("[\(rows)]") }
        let reading = try await CartloadTesting.StreamReading(
            source(definition("path: items"), server).stream("items"), blockSize: 1000)
        #expect(reading.elements.count > 15)
        #expect(try reading.records().map { $0["n"]?.intValue } == (0..<2000).map { $0 })
    }

    @Test func aParentWithoutTheFieldIsAnError() async throws {
        let server = try APITestServer { _ in .json("{\"channels\":[{\"name\":\"n\"}]}") }
        let error = await failure { try await source(chat("lag: 0s"), server).records("messages") }
        #expect(error?.code == .apiParent)
    }

    @Test func bodiesAreSentAsTheyAreWanted() async throws {
        let server = try APITestServer { _ in .json("[]") }
        for (body, type, text) in [
            (
                "{json: {a: \"{{ config.n }}\", b: [\"{{ config.n }}x\"]}}", "application/json",
                "{\"a\":5,\"b\":[\"5x\"],\"p\":1}"
            ),
            ("{form: {a: \"1 &\"}}", "application/x-www-form-urlencoded", "a=1%20%26&p=1"),
            ("{text: \"t{{ config.n }}\"}", nil, "t5"),
        ] as [(String, String?, String)] {
            let yaml = definition("path: items\nmethod: post\nbody: \(body)\npages: {by: number, member: p}")
            _ = try await source(yaml, server, config: object(["n": 5])).records()
            let request = try #require(server.requests.last)
            #expect(request.method == "POST" && request.body == text)
            if let type { #expect(request.headers["content-type"] == type) }
        }
    }
}
