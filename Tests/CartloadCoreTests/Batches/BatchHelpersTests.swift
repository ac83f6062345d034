// SPDX-License-Identifier: Apache-2.0

import CartloadTesting
import Testing

@testable import CartloadCore

@Suite struct BatchHelpersTests {
    @Test(arguments: 0..<200) func `Ranges tile whole numbers and each is done once in any order`(seed: Int)
        async throws
    {
        var random = SeededGenerator(seed: UInt64(seed))
        let isExtreme = seed % 4 == 0
        let first = isExtreme ? Int64.min : Int64.random(in: -1000...1000, using: &random)
        let width =
            isExtreme ? Int64.random(in: 1 << 56...Int64.max, using: &random) : Int64.random(in: 1...90, using: &random)
        let ranges = try IntegerRanges(stream: "s", first: first, width: width)
        let crashes = Int.random(in: 0...20, using: &random)
        let greatest = (0...crashes).map { _ in
            isExtreme
                ? Int64.random(in: Int64.min...Int64.max, using: &random)
                : first + Int64.random(in: 0...3000, using: &random)
        }.sorted()
        let last = isExtreme && seed % 8 == 0 ? Int64.max : greatest[crashes]
        var rehearsal = Rehearsal(
            plan: { try ranges.plan(since: $0, through: $1 == crashes ? last : greatest[$1]) },
            batches: { try ranges.batches(of: #require($0)) },
            fold: { try ranges.checkpoint(after: $0, since: $1) })
        try await rehearsal.run(crashes: crashes, &random)
        let done = try rehearsal.done.map { try IntegerRanges.range(of: $0) }.sorted { $0.lowerBound < $1.lowerBound }
        #expect(done.first?.lowerBound == first, "seed \(seed)")
        #expect(done.last?.upperBound == last, "seed \(seed)")
        for (left, right) in zip(done, done.dropFirst()) {
            #expect(left.upperBound + 1 == right.lowerBound, "seed \(seed)")
        }
        #expect(try ranges.batches(since: rehearsal.base, through: last).isEmpty, "seed \(seed)")
    }

    @Test func `Ranges that are made lazily are the same`() async throws {
        let ranges = try IntegerRanges(stream: "s", first: -7, width: 10)
        let plan = try ranges.plan(since: nil, through: 1_000)
        let sequence = try ranges.batchSequence(of: plan)
        var lazy: [BatchDescription] = []
        while let batch = try await sequence.next() { lazy.append(batch) }
        #expect(try lazy == ranges.batches(of: plan))
        #expect(try ranges.batches(since: nil, through: nil).isEmpty)
        #expect(try ranges.batches(since: nil, through: -8).isEmpty)
    }

    @Test func `A checkpoint of ranges from before they had a kind is migrated`() throws {
        let ranges = try IntegerRanges(stream: "s", first: 1, width: 100, unversioned: { $0 })
        let batches = try ranges.batches(since: Checkpoint(["through": 150]), through: 320)
        #expect(
            batches.map(\.description) == [
                #"{"from":151,"to":200}"#, #"{"from":201,"to":300}"#, #"{"from":301,"to":320}"#,
            ])
        let strict = try IntegerRanges(stream: "s", first: 1, width: 100)
        #expect(throws: CartloadError.self) { try strict.batches(since: Checkpoint(["through": 150]), through: 320) }
    }

    @Test(arguments: 0..<100) func `Ranges of keys hold every key once, whatever order they end in`(seed: Int)
        async throws
    {
        var random = SeededGenerator(seed: UInt64(seed))
        let keys = (0..<300).map { _ in String(UInt64.random(in: 0...999, using: &random), radix: 36) }.sorted()
        let samples = keys.filter { _ in UInt8.random(in: 0...9, using: &random) == 0 }
        let count = Int.random(in: 1...20, using: &random)
        let ranges = KeyRanges(stream: "s")
        var rehearsal = Rehearsal(
            // Later runs see other samples, which must not move the bounds.
            plan: {
                try ranges.plan(since: $0, samples: ($1 == 0 ? samples : keys).map { .string($0) }, ranges: count)
            },
            batches: { try ranges.batches(of: #require($0)) },
            fold: { try ranges.checkpoint(after: $0, since: $1) })
        try await rehearsal.run(crashes: Int.random(in: 0...5, using: &random), &random)
        let read = rehearsal.done.flatMap { batch in
            let (from, to) = KeyRanges.bounds(of: batch)
            return keys.filter { key in
                (from?.stringValue).map { key >= $0 } ?? true && (to?.stringValue).map { key < $0 } ?? true
            }
        }
        #expect(read.sorted() == keys, "seed \(seed)")
        #expect(rehearsal.done.count <= count, "seed \(seed)")
        #expect(try ranges.batches(of: #require(rehearsal.base)).isEmpty, "seed \(seed)")
    }

    @Test(arguments: 0..<50) func `Items of a list are done once, also when the list changes`(seed: Int) async throws {
        var random = SeededGenerator(seed: UInt64(seed))
        let crashes = Int.random(in: 0...5, using: &random)
        let lists = try (0...crashes).map { number in
            try ListBatches(stream: "s", (0..<20 + number).shuffled(using: &random).map { .string("item \($0)") })
        }
        var attempt = 0
        var rehearsal = Rehearsal(
            plan: {
                attempt = $1; return $0
            },
            batches: { try lists[attempt].batches(since: $0) },
            fold: { try lists[attempt].checkpoint(after: $0, since: $1) })
        try await rehearsal.run(crashes: crashes, &random)
        let items = try rehearsal.done.map { try ListBatches.item(of: $0).stringValue ?? "" }
        #expect(items.sorted() == (0..<20 + crashes).map { "item \($0)" }.sorted(), "seed \(seed)")
        #expect(throws: CartloadError.self) { try ListBatches(stream: "s", ["a", "a"]) }
    }

    private static func windows() throws -> TimeWindows {
        try TimeWindows(stream: "messages", from: #require(Instant("2024-01-01")), step: .hour, last: .cut)
    }

    @Test(arguments: 0..<50) func `Windows of partitions are done once, new partitions begin at the beginning`(
        seed: Int
    ) async throws {
        var random = SeededGenerator(seed: UInt64(seed))
        let windows = try Self.windows()
        let progress = PartitionedProgress(stream: "messages", vanished: seed % 2 == 0 ? .keep : .drop)
        let crashes = Int.random(in: 0...6, using: &random)
        let hours = (0...crashes).map { _ in Int64.random(in: 0...20_000, using: &random) }.sorted()
        // Partitions come, and the last run has all of them.
        let names = (0...crashes).map { run in (0..<(run == crashes ? 9 : 3 + run)).map { "C\($0)" } }
        var attempt = 0
        var rehearsal = Rehearsal(
            plan: { base, run in
                attempt = run
                return try progress.plan(since: base, partitions: names[run]) {
                    try windows.plan(since: $0, now: windows.start + .seconds(hours[run]))
                }
            },
            batches: { base in
                let sequence = try progress.batchSequence(since: base, partitions: names[attempt]) {
                    try windows.batchSequence(of: #require($1))
                }
                var batches: [BatchDescription] = []
                while let batch = try await sequence.next() { batches.append(batch) }
                return batches
            },
            fold: { batch, base in
                try progress.checkpoint(after: batch, since: base) { try windows.checkpoint(after: $0, since: $1) }
            })
        try await rehearsal.run(crashes: crashes, &random)
        var done: [String: [TimeWindow]] = [:]
        for batch in rehearsal.done {
            let (partition, inner) = try PartitionedProgress.parts(of: batch)
            done[partition, default: []].append(try TimeWindow(inner))
        }
        let end = windows.start + .seconds(hours[crashes])
        for name in names[crashes] {
            var at = windows.start
            for window in (done[name] ?? []).sorted(by: { $0.from < $1.from }) {
                #expect(window.from == at, "seed \(seed), \(name)")
                at = window.to
            }
            #expect(at == end, "seed \(seed), \(name)")
        }
    }

    @Test func `What partitions have in common is written once, and those that vanish are kept or dropped`() throws {
        let windows = try Self.windows()
        let now = windows.start + .seconds(7200)
        for vanished in PartitionedProgress.Vanished.allCases {
            let progress = PartitionedProgress(stream: "messages", vanished: vanished)
            let all = (0..<1000).map { "C\($0)" }
            let first = try progress.plan(since: nil, partitions: all) { try windows.plan(since: $0, now: now) }
            #expect(first.description.utf8.count < 75 * 1000 + 200)
            let second = try progress.plan(since: first, partitions: ["C7"]) { try windows.plan(since: $0, now: now) }
            #expect(
                try progress.progress(of: "C8", in: second)
                    == (vanished == .keep ? windows.plan(since: nil, now: now) : nil))
            #expect(try progress.progress(of: "C7", in: second) == windows.plan(since: nil, now: now))
            #expect(try progress.progress(of: "new", in: second) == nil)
        }
        let progress = PartitionedProgress(stream: "other")
        let foreign = PartitionedProgress(stream: "messages")
        let checkpoint = try foreign.plan(since: nil, partitions: ["a"]) { try windows.plan(since: $0, now: now) }
        let error = #expect(throws: CartloadError.self) { try progress.progress(of: "a", in: checkpoint) }
        #expect(error?.code == .batchCheckpoint)
    }

    @Test func `A checkpoint is taken through all versions since it was written`() throws {
        let migrations: [CheckpointForm.Migration] = (2...3).map { version in
            { members in
                var members = members
                members["path"] = .string((members["path"]?.stringValue ?? "") + ">\(version)")
                return members
            }
        }
        let old = CheckpointForm(kind: "k", stream: "s", unversioned: { _ in JSONObject([("path", "0>1")]) })
        let form = CheckpointForm(
            kind: "k", stream: "s", migrations: migrations, unversioned: { _ in JSONObject([("path", "0>1")]) })
        #expect(form.version == 3)
        #expect(try form.open(old.seal(JSONObject([("path", "1")])))?["path"] == "1>2>3")
        #expect(try form.open(Checkpoint(["anything": 1]))?["path"] == "0>1>2>3")
        #expect(try form.open(form.seal(JSONObject([("path", "3")])))?["path"] == "3")
        #expect(try form.open(nil) == nil)
        #expect(throws: CartloadError.self) { try old.open(form.seal(JSONObject())) }
    }

    @Test(arguments: [
        #"{"from":1}"#, #"{"from":2,"to":1}"#, #"{"from":"1","to":"2"}"#, #"{"from":1.5,"to":2}"#, "{}",
    ])
    func `A description that is not one of ours is refused`(text: String) throws {
        let batch = BatchDescription(try #require(try JSONValue(parsing: text).objectValue))
        for read in [
            { _ = try TimeWindow(batch) }, { _ = try IntegerRanges.range(of: batch) },
            { _ = try ListBatches.item(of: batch) },
            { _ = try PartitionedProgress.parts(of: batch) },
        ] {
            let error = #expect(throws: CartloadError.self) { try read() }
            #expect(error?.code == .batchDescription)
        }
    }
}
