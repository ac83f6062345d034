// SPDX-License-Identifier: Apache-2.0

import CartloadCore
import CartloadExpressions
import CartloadFlow
import CartloadTesting
import Testing

/// Random records with few distinct keys, equal payloads and nulls.
func randomBatch(_ seed: UInt64) -> RecordBatch {
    var random = SeededGenerator(seed: seed)
    let count = Int.random(in: 0...200, using: &random)
    let numbers = (0..<count).map { _ in [nil, 0, 1, 1, 2, -5].randomElement(using: &random) ?? nil } as [Int64?]
    let words = (0..<count).map { _ in [nil, "", "a", "b", "längere", "1"].randomElement(using: &random) ?? nil }
    let columns = Columns(
        schema: Schema([Field("n", .integer), Field("w", .string), Field("f", .number)]),
        columns: [
            Column(integers: numbers), Column(.string, text: words),
            Column(numbers: (0..<count).map { _ in [0.0, -0.0, 1.5, .nan].randomElement(using: &random) }),
        ], count: count)
    var batch = RecordBatch(.columns(columns))
    if Bool.random(using: &random) {
        batch.selection = .rows((0..<count).filter { _ in Bool.random(using: &random) }.map { Int32($0) })
    }
    return batch
}

@Suite struct BatcherTests {
    @Test(arguments: 0..<200 as Range<UInt64>)
    func everyBatcherKeepsTheLaws(seed: UInt64) throws {
        let batch = randomBatch(seed)
        try BatcherContract(SizeBatcher(records: 1 + Int(seed % 50)), [.contiguous, .idempotent]).verify([batch])
        try BatcherContract(BytesBatcher(bytes: 1 + Int(seed * 7)), [.contiguous, .idempotent]).verify([batch])
        try BatcherContract(SizeBatcher.pairs, [.contiguous, .idempotent]).verify([batch])
        try BatcherContract(KeyBatcher(fields: ["n"]), .idempotent).verify([batch])
        try BatcherContract(KeyBatcher(fields: ["w", "n"]), .idempotent).verify([batch])
        try BatcherContract(KeyBatcher(fields: ["f"]), .idempotent).verify([batch])
        try BatcherContract(KeyBatcher(by: [Expression(parsing: "upper(w)")]), .idempotent).verify([batch])
        try BatcherContract(RunsBatcher(fields: ["n"]), [.contiguous, .idempotent]).verify([batch])
        try BatcherContract(RunsBatcher(fields: ["w", "f"]), [.contiguous, .idempotent]).verify([batch])
        try BatcherContract(ClosureBatcher(grouping: { $0["w"] ?? .null }), .idempotent).verify([batch])
    }

    @Test(arguments: 0..<50 as Range<UInt64>)
    func sizesAndBytesAreBounded(seed: UInt64) throws {
        let batch = randomBatch(seed)
        let size = 1 + Int(seed % 20)
        let counts = try SizeBatcher(records: size).parts(of: batch).map(\.positions.count)
        #expect(counts.dropLast().allSatisfy { $0 == size } && (counts.last ?? 1) <= size)
        let single = try BytesBatcher(bytes: 1).parts(of: batch)
        #expect(single.count == batch.count)
    }

    @Test(arguments: 0..<50 as Range<UInt64>)
    func keysCommute(seed: UInt64) throws {
        let batch = randomBatch(seed)
        func groups(_ fields: [String]) throws -> Set<[Int]> {
            let batchers = try fields.map { try KeyBatcher(fields: [$0]) as any Batcher }
            return Set(
                try batch.divided(by: batchers).map { part in (0..<(part.count ?? 0)).map { part.selection?[$0] ?? $0 }
                })
        }
        #expect(try groups(["n", "w"]) == groups(["w", "n"]))
        let both = try KeyBatcher(fields: ["n", "w"]).parts(of: batch)
        #expect(Set(both.map(\.key)).count == both.count)
    }

    @Test func keysComeInFirstSeenOrderAndNullIsOneOfThem() throws {
        let columns = Columns(
            schema: Schema([Field("k", .string)]), columns: [Column(.string, text: ["b", nil, "a", "b", nil, ""])],
            count: 6)
        let parts = try KeyBatcher(fields: ["k"]).parts(of: RecordBatch(.columns(columns)))
        #expect(parts.map(\.positions) == [.rows([0, 3]), .rows([1, 4]), .rows([2]), .rows([5])])
        #expect(parts.map(\.key) == [BatchKey(["b"]), BatchKey([nil]), BatchKey(["a"]), BatchKey([""])])
    }

    @Test func keysOfMixedTypesCompareByTypeAndValue() throws {
        let texts = ["1", "\"1\"", "1.0", "true", "null", "\"\\u0031\"", "1e0", "\"true\""]
        let columns = Columns(
            schema: Schema([Field("k", .json)]), columns: [Column(.json, text: texts.map { $0 == "null" ? nil : $0 })],
            count: texts.count)
        let parts = try KeyBatcher(by: [Expression(parsing: "k")]).parts(of: RecordBatch(.columns(columns)))
        #expect(parts.map(\.positions) == [.rows([0, 2, 6]), .rows([1, 5]), .rows([3]), .rows([4]), .rows([7])])
    }

    @Test func stringsWithEscapesAreTheSameKeysAsWithout() throws {
        for texts in [["\"a\"", "\"b\"", "\"\\u0061\""], ["\"a\"", "\"b\"", "\"a\""]] {
            let columns = Columns(schema: Schema([Field("k", .json)]), columns: [Column(.json, text: texts)], count: 3)
            let parts = try KeyBatcher(fields: ["k"]).parts(of: RecordBatch(.columns(columns)))
            #expect(parts.map(\.positions) == [.rows([0, 2]), .rows([1])])
            #expect(parts.map(\.key) == [BatchKey(["a"]), BatchKey(["b"])])
        }
    }

    @Test func manyKeysAreAllFound() throws {
        let columns = Columns(
            schema: Schema([Field("k", .integer)]), columns: [Column(integers: (0..<5000).map { Int64($0 % 2500) })],
            count: 5000)
        let parts = try KeyBatcher(fields: ["k"]).parts(of: RecordBatch(.columns(columns)))
        #expect(parts.count == 2500)
        #expect(parts[7].positions == .rows([7, 2507]))
    }

    struct Faulty: Batcher {
        let result: [BatchPart]
        func parts(of batch: RecordBatch) throws -> [BatchPart] { result }
    }

    @Test(arguments: [
        [BatchPart(.range(0..<2))], [BatchPart(.range(0..<3)), BatchPart(.rows([2]))], [BatchPart(.range(0..<4))],
        [BatchPart(.rows([1, 0, 2]))], [BatchPart(.range(0..<3)), BatchPart(.range(3..<3))], [],
    ])
    func aBatcherThatIsNoPartitionIsStopped(parts: [BatchPart]) throws {
        let columns = Columns(schema: Schema([Field("k", .integer)]), columns: [Column(integers: [1, 2, 3])], count: 3)
        let batch = RecordBatch(.columns(columns))
        #expect {
            try batch.divided(by: Faulty(result: parts))
        } throws: { ($0 as? CartloadError)?.code == .notAPartition }
        #expect(throws: BatcherContract.Violation.self) { try BatcherContract(Faulty(result: parts)).verify([batch]) }
    }

    @Test func batchersAreAppliedFromLeftToRight() throws {
        let columns = Columns(
            schema: Schema([Field("k", .integer)]), columns: [Column(integers: (0..<10).map { $0 % 2 })], count: 10)
        let batch = RecordBatch(.columns(columns))
        let key = try KeyBatcher(fields: ["k"])
        let pairs = try SizeBatcher(records: 2)
        #expect(try batch.divided(by: [key, pairs]).count == 6)
        #expect(try batch.divided(by: [pairs, key]).count == 10)
        #expect(try batch.divided(by: [key, pairs]).first?.key == BatchKey([0]))
    }

    private func numbered(_ values: [JSONValue]) -> RecordBatch {
        RecordBatch(records: values.enumerated().map { JSONObject([("id", .int($0)), ("v", $1)]) })
    }

    private func ids(_ batches: [RecordBatch]) throws -> [[Int]] {
        try batches.map { try $0.records().compactMap { $0["id"]?.intValue } }
    }

    @Test func runsEndWhereTheKeyChangesAndMayComeAgain() throws {
        let batch = numbered([1, 1, 2, 1, nil, nil, true, 1])
        let parts = try batch.divided(by: RunsBatcher(fields: ["v"]))
        #expect(try ids(parts) == [[0, 1], [2], [3], [4, 5], [6], [7]])
        #expect(parts.map { $0.key?.values.first } == [1, 2, 1, .null, true, 1])
    }

    @Test func aTimeWindowHasItsBeginningAndNotItsEnd() throws {
        let times: [JSONValue] = [
            "2024-01-01T00:59:59.999999Z", "2024-01-01T01:00:00Z", "2024-01-01T00:00:00+00:00", nil,
            "1969-12-31T23:59:59Z", "2024-01-01T02:30:00+01:00",
        ]
        let parts = try numbered(times).divided(by: TimeBatcher(by: ["v"], every: .seconds(3600)))
        #expect(try ids(parts) == [[0, 2], [1, 5], [3], [4]])
        #expect(parts.last?.key?.values.first?.stringValue?.hasPrefix("1969-12-31 23:00:00") == true)
    }

    @Test func aClosureThatIsNoPartitionPassesNothingOn() throws {
        let batch = numbered([1, 2, 3])
        for parts in [[[0, 1]], [[0, 1], [1, 2]], [[0, 1, 2, 3]], [[1, 0], [2]]] {
            #expect { try batch.divided(by: ClosureBatcher { _ in parts }) } throws: {
                ($0 as? CartloadError)?.code == .notAPartition
            }
        }
        #expect(try ids(batch.divided(by: ClosureBatcher { _ in [[2], [], [0, 1]] })) == [[2], [0, 1]])
    }

    /// Databay's page loses records in its example by name; this is what it means to say.
    @Test func everyRecordOfANameStays() throws {
        let batch = RecordBatch(records: [
            JSONObject([("name", "a"), ("value", 1)]), JSONObject([("name", "a"), ("value", 2)]),
            JSONObject([("name", "b"), ("value", 3)]), JSONObject([("name", "b"), ("value", 4)]),
        ])
        let parts = try batch.divided(by: ClosureBatcher(grouping: { $0["name"] ?? .null }))
        #expect(try parts.map { try $0.records().compactMap { $0["value"]?.intValue } } == [[1, 2], [3, 4]])
    }
}
