// SPDX-License-Identifier: Apache-2.0

import CartloadCore
import CartloadFlow
import CartloadTesting
import Testing

/// A thing with a day.
private struct Entry: Codable, Sendable, Hashable {
    var id: Int
    var day: String
}

@Suite struct ValueStreamTests {
    private static func entries(_ days: [String]) -> [Entry] {
        days.enumerated().map { Entry(id: $0.offset, day: $0.element) }
    }

    /// Sends entries as they stand, whatever it is asked to begin with.
    private static func stream(_ entries: [Entry], orderedBy key: String? = "day") -> ValueStream<Entry> {
        ValueStream("entries", of: Entry.self, keys: ["id"], orderedBy: key) { _, send in
            for entry in entries { try await send(entry) }
        }
    }

    private static func ids(_ stream: any CartloadCore.Stream, since checkpoint: Checkpoint? = nil) async throws
        -> [Int]
    {
        try await StreamReading(stream, since: checkpoint, blockSize: 64).records().compactMap { $0["id"]?.intValue }
    }

    @Test(arguments: ["day", nil]) func itKeepsTheContractOfSources(key: String?) async throws {
        let days = (0..<60).map { "2024-03-\(10 + $0 / 7)" }
        let expected = try Self.entries(days).map { try JSONObject(encoding: $0) }
        try await SourceContract(
            StreamList([Self.stream(Self.entries(days), orderedBy: key)]), expected: ["entries": expected]
        ).run()
    }

    @Test func aLaterRunBringsWhatIsNewAlsoOfTheSameValue() async throws {
        let first = Self.entries(["a", "b", "b"])
        let end = try #require(try await StreamReading(Self.stream(first)).elements.last?.checkpoint)
        // An entry with the value where the run ended came up before those that are done.
        let later = [first[0], Entry(id: 9, day: "b"), first[1], first[2], Entry(id: 10, day: "c")]
        #expect(try await Self.ids(Self.stream(later), since: end) == [9, 10])
        let stream = try Self.stream(later).incremental(by: "day", from: "b")
        #expect(try await Self.ids(stream) == [9, 1, 2, 10])
        #expect(stream.replicationValue(at: end) == "b")
    }

    @Test func equalRecordsAreNotTakenForOne() async throws {
        let twice = [Entry(id: 1, day: "a"), Entry(id: 1, day: "a")]
        let end = try #require(try await StreamReading(Self.stream([twice[0]])).elements.last?.checkpoint)
        #expect(try await Self.ids(Self.stream(twice), since: end) == [1])
    }

    @Test func whatIsNotInOrderIsAnError() async throws {
        let error = await #expect(throws: CartloadError.self) {
            try await Self.ids(Self.stream(Self.entries(["b", "a"])))
        }
        #expect(error?.code == .outOfOrder)
        #expect(error?.location.field == "day")
    }

    @Test func aFieldThatIsNotThereHasNoOrder() async throws {
        let error = await #expect(throws: CartloadError.self) {
            try await Self.ids(Self.stream(Self.entries(["a"]), orderedBy: "hour"))
        }
        #expect(error?.code == .outOfOrder)
        #expect(throws: CartloadError.self) {
            try Self.stream([]).incremental(by: "id", from: nil)
        }
    }

    @Test func thereIsACheckpointAfterSoManyRecords() async throws {
        let stream = Self.stream(Self.entries(["a", "b", "c", "d", "e"]))
        let reading = try await StreamReading(stream, recordInterval: 2)
        let reached = reading.elements.map { $0.checkpoint?.value["reached"] }
        #expect(reached == ["b", "d", nil, "e"])
    }

    @Test func aStreamWithManyRecordsOfOneValueLosesNone() async throws {
        let many = Self.entries(Array(repeating: "a", count: 500))
        let end = try #require(try await StreamReading(Self.stream(many)).elements.last?.checkpoint)
        #expect(end.description.utf8.count < 4_000)
        let again = try await Self.ids(Self.stream(many + [Entry(id: 500, day: "a")]), since: end)
        #expect(again == Array(100...500))
    }
}
