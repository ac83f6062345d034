// SPDX-License-Identifier: Apache-2.0

import CartloadCore
import CartloadFlow
import CartloadHTTPAPI
import CartloadTesting
import Synchronization
import Testing

@Suite struct CursorTests {
    /// Records by group with a number that grows when they change; two on a page.
    private final class Feed: Sendable {
        struct Row: Sendable {
            let id: Int
            var version: Int
        }

        let rows: Mutex<[String: [Row]]>
        let isSorted: Bool
        let includesEqual: Bool

        init(isSorted: Bool, includesEqual: Bool = true) {
            self.isSorted = isSorted
            self.includesEqual = includesEqual
            rows = Mutex([
                "a": [
                    Row(id: 1, version: 7), Row(id: 2, version: 10), Row(id: 3, version: 8), Row(id: 4, version: 10),
                    Row(id: 5, version: 9),
                ], "b": [Row(id: 6, version: 3), Row(id: 7, version: 1)],
            ])
        }

        func answer(_ request: APITestServer.Request) -> APITestServer.Answer {
            let path = request.path.split(separator: "/").map(String.init)
            if path == ["v1", "groups"] {
                let names = rows.withLock { $0.keys.sorted() }
                return .json("[\(names.map { "{\"id\":\"\($0)\"}" }.joined(separator: ","))]")
            }
            let since = request.params["since"].flatMap { Int($0) }
            var some = rows.withLock { $0[path[1]] ?? [] }
                .filter { row in since.map { includesEqual ? row.version >= $0 : row.version > $0 } ?? true }
            if isSorted { some.sort { ($0.version, $0.id) < ($1.version, $1.id) } }
            let first = Int(request.params["cursor"] ?? request.params["offset"] ?? "0") ?? 0
            let page = some.dropFirst(first).prefix(2)
            let texts = page.map { "{\"id\":\($0.id),\"version\":\($0.version)}" }.joined(separator: ",")
            let next = first + 2 < some.count ? ",\"next\":\"\(first + 2)\"" : ""
            return .json("{\"data\":[\(texts)]\(next)}")
        }

        func change(_ id: Int, to version: Int, in group: String = "a") {
            rows.withLock { rows in
                rows[group, default: []].removeAll { $0.id == id }
                rows[group, default: []].append(Row(id: id, version: version))
            }
        }
    }

    private static let tokens = "{by: token, path: next, param: cursor}"

    private func feed(_ cursor: String, pages: String = tokens, path: String = "a") -> String {
        """
        name: feed
        base_url: URL/v1
        streams:
          groups: {path: groups, keys: [id]}
          items:
            path: \(path)
            records: data
            keys: [id]
            pages: \(pages)
            \(path == "a" ? "" : "parents: {stream: groups, fields: [id]}")
            cursor: {field: version, param: since\(cursor)}
        """
    }

    private func ids(_ reading: CartloadTesting.StreamReading) throws -> [Int] {
        try reading.records().compactMap { $0["id"]?.intValue }
    }

    private func last(_ reading: CartloadTesting.StreamReading) throws -> Checkpoint {
        try #require(reading.elements.last?.checkpoint)
    }

    @Test(arguments: [
        // What is read again is what has the greatest value, unless the definition says that there is no such thing.
        ("", true, false, [2, 4, 8]), (", equal: skip", true, false, [8]), ("", false, false, [8]),
        (", sorted: true", true, true, [2, 4, 8]), (", sorted: true, equal: skip", true, true, [8]),
        (", start: 5", true, false, [2, 4, 8]),
    ])
    func aLaterRunAsksForWhatIsNew(cursor: String, includesEqual: Bool, isSorted: Bool, later: [Int]) async throws {
        let feed = Feed(isSorted: isSorted, includesEqual: includesEqual)
        let server = try APITestServer { feed.answer($0) }
        let stream = try await source(self.feed(cursor), server).stream("items")
        let first = try await CartloadTesting.StreamReading(stream)
        #expect(try ids(first).sorted() == [1, 2, 3, 4, 5])
        #expect(server.requests.first?.params["since"] == (cursor.contains("start") ? "5" : nil))
        let requests = server.requests.count
        feed.change(8, to: 11)
        let second = try await CartloadTesting.StreamReading(stream, since: last(first))
        #expect(try ids(second).sorted() == later)
        #expect(server.requests[requests].params["since"] == "10")
        let incremental = try #require(stream as? any IncrementalStream)
        #expect(incremental.replicationKey == "version")
        #expect(incremental.replicationValue(at: try last(second)) == 11)
        let third = try await CartloadTesting.StreamReading(stream, since: last(second))
        #expect(try ids(third) == (cursor.contains("skip") || !includesEqual ? [] : [8]))
        #expect(incremental.replicationValue(at: try last(third)) == 11)
    }

    @Test func theFirstRunTakesRecordsThatHaveTheStartsValue() async throws {
        let feed = Feed(isSorted: false)
        let server = try APITestServer { feed.answer($0) }
        for cursor in [", start: 9", ", start: 9, equal: skip"] {
            let stream = try await source(self.feed(cursor), server).stream("items")
            #expect(try ids(await CartloadTesting.StreamReading(stream)).sorted() == [2, 4, 5])
            let incremental = try #require(stream as? any IncrementalStream)
            let later = try incremental.incremental(by: "version", from: 10)
            #expect(try ids(await CartloadTesting.StreamReading(later)).sorted() == [2, 4])
            #expect(throws: CartloadError.self) { try incremental.incremental(by: "id", from: nil) }
            #expect(throws: CartloadError.self) { try incremental.incremental(by: "version", from: [1]) }
        }
    }

    @Test func recordsInAnyOrderMoveTheCursorAtTheEndAndPagesAreGoneOnWith() async throws {
        let feed = Feed(isSorted: false)
        let server = try APITestServer { feed.answer($0) }
        let stream = try await source(self.feed(""), server).stream("items")
        let incremental = try #require(stream as? any IncrementalStream)
        let whole = try await CartloadTesting.StreamReading(stream)
        let places = whole.elements.compactMap(\.checkpoint)
        #expect(places.count == 3 && places.dropLast().allSatisfy { incremental.replicationValue(at: $0) == nil })
        #expect(incremental.replicationValue(at: places[2]) == 10)
        // The greatest value was on the first page, and is kept although that is not read again.
        for (place, rest) in zip(places, [[3, 4, 5], [5]]) {
            let requests = server.requests.count
            let later = try await CartloadTesting.StreamReading(stream, since: place)
            #expect(try ids(later) == rest)
            #expect(server.requests[requests].params["cursor"] == (rest.count == 3 ? "2" : "4"))
            #expect(incremental.replicationValue(at: try last(later)) == 10)
        }
    }

    @Test func recordsInTheOrderOfTheCursorMoveItPageByPage() async throws {
        let feed = Feed(isSorted: true)
        let server = try APITestServer { feed.answer($0) }
        let stream = try await source(self.feed(", sorted: true", pages: "{by: offset, param: offset}"), server).stream(
            "items")
        let incremental = try #require(stream as? any IncrementalStream)
        let whole = try await CartloadTesting.StreamReading(stream)
        let places = whole.elements.compactMap(\.checkpoint)
        #expect(places.compactMap(incremental.replicationValue) == [8, 10, 10, 10])
        let later = try await CartloadTesting.StreamReading(stream, since: places[0])
        #expect(try ids(later) == [3, 5, 2, 4])
    }

    @Test func numbersOfPagesAreNotGoneOnWith() async throws {
        let feed = Feed(isSorted: false)
        let server = try APITestServer { feed.answer($0) }
        let stream = try await source(self.feed("", pages: "{by: offset, param: offset}"), server).stream("items")
        let reading = try await CartloadTesting.StreamReading(stream)
        #expect(try ids(reading).count == 5 && reading.elements.compactMap(\.checkpoint).count == 1)
    }

    @Test func anOrderThatIsNotKeptIsAnError() async throws {
        let feed = Feed(isSorted: false)
        let server = try APITestServer { feed.answer($0) }
        let error = await failure { try await source(self.feed(", sorted: true"), server).records() }
        #expect(
            error?.code == .outOfOrder && error?.message.contains("8 comes after 10") == true,
            "\(String(describing: error))")
    }

    @Test func eachParentHasACursorOfItsOwn() async throws {
        let feed = Feed(isSorted: false)
        let server = try APITestServer { feed.answer($0) }
        let stream = try await source(self.feed(", equal: skip", path: "\"{{ parent.id }}\""), server).stream("items")
        let incremental = try #require(stream as? any IncrementalStream)
        let first = try await CartloadTesting.StreamReading(stream)
        #expect(try ids(first).sorted() == [1, 2, 3, 4, 5, 6, 7])
        // The first parent is done and the second may be at its beginning.
        #expect(
            first.elements.compactMap(\.checkpoint).dropLast().allSatisfy {
                incremental.replicationValue(at: $0) == nil
            })
        #expect(incremental.replicationValue(at: try last(first)) == 3)
        feed.change(1, to: 20)
        feed.change(6, to: 4, in: "b")
        feed.change(9, to: 0, in: "c")
        let second = try await CartloadTesting.StreamReading(stream, since: last(first))
        #expect(try ids(second).sorted() == [1, 6, 9])
    }

    @Test func aLaterFlowReadsWhatHasChangedAndWhatHasTheGreatestValue() async throws {
        let feed = Feed(isSorted: false)
        let server = try APITestServer { feed.answer($0) }
        let source = try source(self.feed(""), server)
        let destination = MemoryDestination()
        let store = MemoryCheckpointStore()
        let link = Link("feed", source: source, streams: ["items"], outlets: [Outlet("memory", destination)])
        _ = try await FlowRun(link, store: store).run()
        feed.change(3, to: 12)
        _ = try await FlowRun(link, store: store).run()
        let records = destination.records(of: "items").map { "\($0["id"] ?? nil)/\($0["version"] ?? nil)" }
        #expect(records == ["1/7", "2/10", "3/8", "4/10", "5/9", "2/10", "4/10", "3/12"])
    }

    @Test(arguments: [1, 3]) func theSourceKeepsTheContract(pages: Int) async throws {
        let feed = Feed(isSorted: pages == 3)
        feed.change(4, to: 11)
        let server = try APITestServer { feed.answer($0) }
        let text = self.feed(pages == 3 ? ", sorted: true, equal: skip" : ", equal: skip")
        try await SourceContract(source(text, server)).run()
    }

    @Test(arguments: [
        ("iso", "\"2024-01-01T00:00:00.5Z\"", "\"2024-01-01T00:00:00Z\"", "2024-01-01T00:00:00.5Z"),
        ("iso", "\"2024-01-01T01:00:00+02:00\"", "\"2023-12-31T22:30:00Z\"", "2024-01-01T01:00:00+02:00"),
        ("epoch_ms", "1704067200001", "1704067200000", "1704067200001"),
    ])
    func timesAreOrderedAsTimes(format: String, later: String, earlier: String, since: String) async throws {
        let server = try APITestServer { request in
            .json(
                request.params["since"] == nil || request.params["since"]?.hasPrefix("2023") == true
                    ? "[{\"version\":\(later)},{\"version\":\(earlier)},{\"version\":null}]" : "[]")
        }
        let stream = try await source(
            definition("path: items\ncursor: {field: version, param: since, format: \(format)}"), server
        ).stream("items")
        let first = try await CartloadTesting.StreamReading(stream)
        #expect(try first.records().count == 3)
        _ = try await CartloadTesting.StreamReading(stream, since: last(first))
        #expect(server.requests.last?.params["since"] == since)
    }

    @Test(arguments: [
        Checkpoint(["kind": "api_partitions", "version": 1, "stream": "items", "at": [:]]),
        Checkpoint(["kind": "api_cursor", "version": 1, "stream": "others", "at": [:]]),
        Checkpoint(["kind": "api_cursor", "version": 1, "stream": "items"]), Checkpoint(["after": 7]),
        Checkpoint(["kind": "api_cursor", "version": 1, "stream": "items", "at": [:], "page": ["of": 1]]),
    ])
    func aForeignCheckpointIsRefused(checkpoint: Checkpoint) async throws {
        let feed = Feed(isSorted: false)
        let server = try APITestServer { feed.answer($0) }
        let error = await failure { try await source(self.feed(""), server).records(since: checkpoint) }
        #expect(error?.code == .batchCheckpoint)
    }

    @Test func aStartThatIsNoValueIsAnError() async throws {
        let feed = Feed(isSorted: false)
        let server = try APITestServer { feed.answer($0) }
        let error = await failure { try await source(self.feed(", start: soon, format: iso"), server).records() }
        #expect(error?.code == .apiDefinition)
    }
}
