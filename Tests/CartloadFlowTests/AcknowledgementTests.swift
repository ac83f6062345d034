// SPDX-License-Identifier: Apache-2.0

import CartloadCore
import CartloadFlow
import CartloadTesting
import Synchronization
import Testing

/// Destinations that acknowledge later, with a crash at every step of a run and of the run after it (I1, I2).
@Suite struct AcknowledgementTests {
    static let batches = 4
    static let recordsInBatch = 2
    static let all = Array(0..<batches * recordsInBatch)
    static let source = MemorySource(
        "numbers",
        (0..<batches).map { batch in
            RecordBatch(records: (0..<recordsInBatch).map { JSONObject([("id", .int(batch * recordsInBatch + $0))]) })
        })

    /// How many records are before a checkpoint of that source.
    static func count(_ checkpoint: Checkpoint?) -> Int { (checkpoint?.value["done"]?.intValue ?? 0) * recordsInBatch }

    /// Looks at every save: everything before it must be in every target by then (I1).
    struct StrictStore: CheckpointStore {
        let base: FaultyStore
        let targets: [TargetDestination.Place]

        func claim(_ id: String) throws -> CheckpointClaim { try base.claim(id) }
        func load(_ id: String) throws -> SavedCheckpoint? { try base.load(id) }
        func forget(_ id: String) throws { try base.forget(id) }
        func save(_ state: SavedCheckpoint, for id: String) throws {
            let wanted = Set(0..<AcknowledgementTests.count(state.checkpoint))
            for target in targets {
                #expect(wanted.isSubset(of: target.ids), "saved \(String(describing: state.checkpoint)) too early")
            }
            #expect(targets.isEmpty || state.intent == nil)
            try base.save(state, for: id)
        }
    }

    /// The destinations of a run: `a` acknowledges later, `t` has transactions, `f` has receipts.
    struct Places {
        let shape: String
        let manner: TargetDestination.Manner
        let targets: [TargetDestination.Place]
        let tables: [MemoryDestination]
        let logs: [LogDestination]
        let store = MemoryCheckpointStore()

        init(_ shape: String, _ manner: TargetDestination.Manner) {
            self.shape = shape
            self.manner = manner
            targets = shape.filter { $0 == "a" }.map { _ in TargetDestination.Place() }
            tables = shape.filter { $0 == "t" }.map { _ in MemoryDestination() }
            logs = shape.filter { $0 == "f" }.map { _ in LogDestination(faults: Faults()) }
        }

        func outlets(_ faults: Faults) -> [Outlet] {
            var (targets, tables, logs) = (targets[...], tables[...], logs[...])
            var manner = manner
            return shape.enumerated().compactMap { number, kind in
                switch kind {
                case "t":
                    return tables.popFirst().map { Outlet("\(number)", FaultyDestination(base: $0, faults: faults)) }
                case "f":
                    return logs.popFirst().map { Outlet("\(number)", LogDestination(faults: faults, sharing: $0)) }
                default:
                    // A second target is slower than the first.
                    defer { manner.lag = manner.lag.map { $0 + 2 } }
                    return targets.popFirst().map {
                        Outlet("\(number)", TargetDestination(place: $0, manner: manner, faults: faults))
                    }
                }
            }
        }

        func run(
            _ faults: Faults, source: any Source = AcknowledgementTests.source, stop: StopRequest = StopRequest(),
            pendingCommits: Int? = nil
        ) async throws {
            let link = Link(
                "late", source: source, outlets: outlets(faults), interval: CheckpointInterval(duration: nil))
            var options = EngineOptions(workers: 2, stop: stop, clock: ManualClock().runClock)
            if let pendingCommits { options.pendingCommits = pendingCommits }
            try await FlowRun(
                link, store: StrictStore(base: FaultyStore(base: store, faults: faults), targets: targets),
                options: options, meter: RunMeter(flow: "late")
            ).run()
        }

        var saved: Checkpoint? {
            get throws { try store.load("late/numbers")?.checkpoint }
        }
    }

    static let manners = [0, 1, 3, nil].flatMap { lag in
        [(false, false), (true, false), (true, true)].map {
            TargetDestination.Manner(lag: lag, drains: $0.0, isEager: $0.1)
        }
    }

    @Test(arguments: ["a", "aa", "at", "ta", "fa", "taf", "att"], manners)
    func nothingIsLostAndOnlyWhatWasNotSavedComesAgain(shape: String, manner: TargetDestination.Manner) async throws {
        let whole = Faults()
        let once = Places(shape, manner)
        try await once.run(whole)
        for target in once.targets { #expect(target.ids == Self.all) }
        #expect(try Self.count(once.saved) == Self.all.count)
        for first in 1...whole.steps {
            let second = 1 + first * 7 % whole.steps
            let places = Places(shape, manner)
            var begun: [Int] = []
            for (number, faults) in [Faults(crash: first), Faults(crash: second), Faults(), Faults()].enumerated() {
                begun.append(Self.count(try places.saved))
                do {
                    try await places.run(faults)
                    // A crash while it ends, after the last save, goes unnoticed.
                    if number == 0, first <= whole.steps - places.targets.count {
                        Issue.record("there was no crash at step \(first)")
                    }
                } catch is Faults.Crash {}
                try expectSaved(places, run: number + 1, before: faults.steps)
            }
            for target in places.targets {
                let records = target.kept.withLock { $0.records }
                var seen: Set<Int> = []
                #expect(
                    records.map(\.id).filter { seen.insert($0).inserted } == Self.all,
                    "crashes at steps \(first) and \(second)")
                for (run, id) in records { #expect(id >= begun[run - 1], "\(id) came again in run \(run)") }
                // The run after a complete one has nothing to do.
                #expect(!records.contains { $0.run == 4 })
            }
            for table in places.tables {
                #expect(table.records(of: "numbers").map { $0["id"]?.intValue } == Self.all)
            }
            for log in places.logs { #expect(log.records.map { $0["id"]?.intValue } == Self.all) }
        }
    }

    /// What all targets acknowledged some steps before a crash has been saved by then.
    private func expectSaved(_ places: Places, run: Int, before step: Int) throws {
        // A commit and a save of the slowest shape have fewer steps than that, and a batch has more of them.
        let distance = 14
        let own = places.targets.map { target in
            target.kept.withLock { kept in
                kept.acknowledged.filter { $0.run == run && $0.step < step - distance }
                    .map { Self.count($0.checkpoint) }.max() ?? 0
            }
        }
        #expect(try Self.count(places.saved) >= own.min() ?? 0)
    }

    /// Ends at a block.
    struct Stopping: Source {
        let stop: StopRequest
        let at: Int

        func streams() async throws -> [any CartloadCore.Stream] {
            let source = ScriptedSource(names: ["numbers"], batches: 5, blocks: 2) { block in
                if block == at { stop.request() }
            }
            return try await source.streams()
        }
    }

    @Test(arguments: [1, 4, 7, 9], manners)
    func aCleanStopEndsWithWhatIsAcknowledged(at block: Int, manner: TargetDestination.Manner) async throws {
        let places = Places("a", manner)
        let stop = StopRequest()
        try await places.run(Faults(), source: Stopping(stop: stop, at: block), stop: stop)
        let acknowledged = places.targets[0].kept.withLock { $0.acknowledged.last?.checkpoint }
        #expect(try places.saved == acknowledged)
        if manner.drains { #expect(try places.saved?.value["blocks"]?.intValue ?? 0 >= block) }
        try await places.run(Faults(), source: ScriptedSource(names: ["numbers"], batches: 5, blocks: 2))
        var seen: Set<Int> = []
        #expect(places.targets[0].ids.filter { seen.insert($0).inserted } == Array(0..<30))
        if manner.drains { #expect(places.targets[0].ids.count == 30) }
    }

    @Test func aRunThatFailsEndsWithWhatIsAcknowledgedToo() async throws {
        let places = Places("a", TargetDestination.Manner(lag: nil, drains: true))
        let source = ScriptedSource(names: ["numbers"], batches: 5, blocks: 1) { block in
            if block == 3 { throw CartloadError(.init("test.read"), "made to fail") }
        }
        await #expect(throws: CartloadError.self) { try await places.run(Faults(), source: source) }
        #expect(try places.saved?.value["blocks"]?.intValue == 3)
    }

    @Test(arguments: [2, 4, 7]) func aTargetThatIsFarBehindStillGetsAhead(pendingCommits: Int) async throws {
        let places = Places("a", TargetDestination.Manner(lag: 40))
        let source = ScriptedSource(names: ["numbers"], batches: 200, blocks: 1) { block in
            if block == 199 { throw CartloadError(.init("test.read"), "made to fail") }
        }
        await #expect(throws: CartloadError.self) {
            try await places.run(Faults(), source: source, pendingCommits: pendingCommits)
        }
        let acknowledged = places.targets[0].kept.withLock {
            $0.acknowledged.last?.checkpoint.value["blocks"]?.intValue
        }
        #expect(acknowledged == 159)
        let saved = try places.saved?.value["blocks"]?.intValue ?? 0
        #expect(saved > 159 - 2 * 40 && saved <= 159, "saved at \(saved)")
    }

    @Test(arguments: manners) func theScriptedTargetKeepsTheContract(manner: TargetDestination.Manner) async throws {
        try await contract(manner).run()
    }

    @Test func theContractFindsATargetThatPromisesTooMuch() async {
        var manner = TargetDestination.Manner(lag: 2)
        manner.lies = true
        await #expect(throws: ContractFailure.self) { try await contract(manner).run() }
    }

    /// The scripted target as the contract's subject, a place for each stream.
    private func contract(_ manner: TargetDestination.Manner) -> AcknowledgementContract {
        struct Subject: Destination {
            let places: Shared<[String: TargetDestination.Place]>
            let manner: TargetDestination.Manner

            func open(_ stream: DestinationStream) async throws -> any DestinationWriter {
                let place = places.withLock { places in
                    let place = places[stream.name] ?? TargetDestination.Place()
                    places[stream.name] = place
                    return place
                }
                return try await TargetDestination(place: place, manner: manner, faults: Faults()).open(stream)
            }
        }
        let places = Shared<[String: TargetDestination.Place]>([:])
        return AcknowledgementContract {
            Subject(places: places, manner: manner)
        } contents: { name in
            (places.withLock { $0[name] }?.ids ?? []).map { JSONObject([("id", .int($0))]) }
        }
    }

    @Test func anEmptyStreamIsResumedWhereverItCrashed() async throws {
        for shape in ["at", "tta", "tt"] {
            let whole = Faults()
            let empty = MemorySource("numbers", [])
            try await Places(shape, TargetDestination.Manner(lag: nil)).run(whole, source: empty)
            for step in 1...whole.steps {
                let places = Places(shape, TargetDestination.Manner(lag: nil))
                try? await places.run(Faults(crash: step), source: empty)
                try await places.run(Faults(), source: empty)
            }
        }
    }
}
