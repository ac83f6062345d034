// SPDX-License-Identifier: Apache-2.0

import CartloadCompute
import CartloadCore
import CartloadStores
import CartloadTesting
import TestSupport
import Testing

/// The machine stops at any call of the disk, or in the middle of one.
@Suite struct CrashTests {
    private static let options = SegmentedStoreOptions(
        segmentBytes: 30_000, keptSegments: 1, groupBytes: 60_000, groupCommits: 5)

    @Test(arguments: FaultyDisk.Step.allCases, [FaultyDisk.Fault.stop, .stopAfterCommit])
    func whatWasAcknowledgedIsThereAndNothingIsThereByHalves(step: FaultyDisk.Step, fault: FaultyDisk.Fault)
        async throws
    {
        let seed = UInt64.random(in: 0...UInt64.max)
        print("seed \(seed)")
        var generator = SeededGenerator(seed: seed)
        let folder = try TemporaryFolder()
        var random = RandomStoreChanges(seed: seed)
        var model = PipelineStoreModel()
        for round in 0..<12 {
            let disk = FaultyDisk(seed: generator.next())
            disk.plan(step, after: Int.random(in: 0..<(step == .allocate ? 6 : 30), using: &generator), fault)
            let store = try SegmentedPipelineStore(folder: folder.path, options: Self.options, disk: disk)
            try #require(PipelineStoreModel.sorted(try store.load()) == model.pipelines, "round \(round)")

            // What the store may hold after each of the commits, which are prefixes: their order is kept.
            let log = CommitLog()
            var states = [model]
            for _ in 0..<150 where !disk.isStopped {
                let number = states.count - 1
                let changes = random.next(states[number])
                if changes.isEmpty { continue }  // it needs no disk, and succeeds on one that has stopped
                var next = states[number]
                next.apply(changes)
                states.append(next)
                log.commit(number, changes, to: store)
                if random.isTime(oneIn: 6) { try? await store.commit([]) }
            }
            store.close()
            #expect(log.numbers == Array(0..<states.count - 1), "round \(round): each is answered once, in order")
            let acknowledged = log.durable.count
            #expect(log.durable == Array(0..<acknowledged), "round \(round): nothing succeeds after the end")

            model = try found(folder, states, atLeast: acknowledged, round)
        }
    }

    /// The state among those possible that a store opened again has; all its payloads are read.
    private func found(
        _ folder: TemporaryFolder, _ states: [PipelineStoreModel], atLeast acknowledged: Int, _ round: Int
    ) throws -> PipelineStoreModel {
        let store = try SegmentedPipelineStore(folder: folder.path, options: Self.options)
        defer { store.close() }
        let loaded = PipelineStoreModel.sorted(try store.load())
        let model = try #require(
            states[acknowledged...].last { $0.pipelines == loaded && Self.holds(store, $0) },
            "round \(round): the store holds none of what it may hold after \(acknowledged) of \(states.count - 1)")
        return model
    }

    private static func holds(_ store: SegmentedPipelineStore, _ model: PipelineStoreModel) -> Bool {
        model.payloads.allSatisfy { key, bytes in (try? store.read(key)) == bytes }
    }
}
