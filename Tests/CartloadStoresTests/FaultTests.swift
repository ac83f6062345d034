// SPDX-License-Identifier: Apache-2.0

import CartloadCompute
import CartloadCore
import CartloadStores
import CartloadTesting
import Glibc
import TestSupport
import Testing

/// Calls of the disk that fail while the machine goes on.
@Suite struct FaultTests {
    private static let input = Bytes(String(repeating: "0123456789", count: 300))

    private static func accepted(_ sequence: Int, _ input: Bytes = input) -> StoreChange {
        let chunk = ChunkRecord(
            sequence: sequence, id: "c\(sequence)", digest: Bytes("d"), recordCount: 1, inputBytes: input.count)
        return .accepted(pipeline: "p", chunk, input: input)
    }

    @Test(arguments: [
        (FaultyDisk.Step.allocate, ENOSPC, "store.disk-full"), (.write, ENOSPC, "store.disk-full"),
        (.write, EIO, "store.write-failed"), (.synchronize, EIO, "store.write-failed"), (.commit, EIO, ""),
    ])
    func aFailedGroupIsNotMadeAtAllAndTheNextOneIs(step: FaultyDisk.Step, number: Int32, code: String) async throws {
        let folder = try TemporaryFolder()
        let disk = FaultyDisk()
        let options = SegmentedStoreOptions(segmentBytes: 8000, compressFrom: nil)
        let store = try SegmentedPipelineStore(folder: folder.path, options: options, disk: disk)
        _ = try store.load()
        try await store.commit([.pipeline(PipelineRecord(id: "p", tenant: "t", body: Bytes("{}")))])
        if step != .allocate { try await store.commit([Self.accepted(0)]) }
        disk.plan(step, after: 0, .once(number))
        let first = step == .allocate ? 0 : 1
        let error = await #expect(throws: (any Error).self) {
            try await store.commit([
                .pipeline(PipelineRecord(id: "q", tenant: "t", body: Bytes())), Self.accepted(first),
            ])
        }
        if code != "" { #expect((error as? CartloadError)?.code.rawValue == code) }
        for sequence in first..<first + 5 { try await store.commit([Self.accepted(sequence)]) }
        store.close()

        let again = try SegmentedPipelineStore(folder: folder.path, options: options)
        let loaded = try again.load()
        #expect(loaded.map(\.pipeline.id) == ["p"])
        #expect(loaded.first?.chunks.map(\.sequence) == Array(0..<first + 5))
        for sequence in 0..<first + 5 {
            #expect(try again.read(PayloadKey(pipeline: "p", sequence: sequence, kind: .input)) == Self.input)
        }
        again.close()
    }

    @Test func aDiskThatFailsNowAndThenLeavesWhatWasAcknowledged() async throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        print("seed \(seed)")
        var generator = SeededGenerator(seed: seed)
        var random = RandomStoreChanges(seed: seed)
        let folder = try TemporaryFolder()
        let disk = FaultyDisk(seed: seed)
        let options = SegmentedStoreOptions(segmentBytes: 30_000, keptSegments: 1)
        let store = try SegmentedPipelineStore(folder: folder.path, options: options, disk: disk)
        _ = try store.load()
        var model = PipelineStoreModel()
        var failures = 0
        for _ in 0..<400 {
            if Int.random(in: 0..<5, using: &generator) == 0,
                let step = FaultyDisk.Step.allCases.randomElement(using: &generator)
            {
                disk.plan(step, after: Int.random(in: 0..<3, using: &generator), .once(ENOSPC))
            }
            let changes = random.next(model)
            do {
                try await store.commit(changes)
                model.apply(changes)
            } catch {
                failures += 1
            }
        }
        #expect(failures > 10)
        for (key, bytes) in model.payloads { #expect(try store.read(key) == bytes) }
        store.close()
        let again = try SegmentedPipelineStore(folder: folder.path, options: options)
        #expect(PipelineStoreModel.sorted(try again.load()) == model.pipelines)
        for (key, bytes) in model.payloads { #expect(try again.read(key) == bytes) }
        again.close()
    }

    @Test func aCommitThatContradictsWhatIsStoredFailsAlone() async throws {
        let folder = try TemporaryFolder()
        let store = try SegmentedPipelineStore(folder: folder.path)
        let log = CommitLog()
        // Before the store is loaded they wait, and so they are one group.
        log.commit(0, [.pipeline(PipelineRecord(id: "p", tenant: "t", body: Bytes()))], to: store)
        for (number, sequence) in [(1, 0), (2, 1), (3, 1), (4, 2)] {
            log.commit(number, [Self.accepted(sequence, Bytes("\(number)"))], to: store)
        }
        _ = try store.load()
        try await store.commit([])
        #expect(log.numbers == [0, 1, 2, 3, 4])
        #expect(log.durable == [0, 1, 2, 4])
        #expect((log.errors.first as? CartloadError)?.code.rawValue == "sqlite.constraint")
        let payloads = try (0..<3).map { try store.read(PayloadKey(pipeline: "p", sequence: $0, kind: .input)).text }
        #expect(payloads == ["1", "2", "4"])
        store.close()
    }

    @Test func whatGoesBeyondTheBoundIsRefusedInItsTurn() async throws {
        let folder = try TemporaryFolder()
        let store = try SegmentedPipelineStore(
            folder: folder.path, options: SegmentedStoreOptions(waitingBytes: 10_000))
        let log = CommitLog()
        log.commit(0, [.pipeline(PipelineRecord(id: "p", tenant: "t", body: Bytes()))], to: store)
        for sequence in 0..<5 { log.commit(sequence + 1, [Self.accepted(sequence)], to: store) }
        #expect(log.numbers == [])
        _ = try store.load()
        try await store.commit([])
        #expect(log.numbers == [0, 1, 2, 3, 4, 5])
        #expect(log.durable == [0, 1, 2])
        #expect(log.errors.map { ($0 as? CartloadError)?.code.rawValue } == ["store.busy", "store.busy", "store.busy"])
        // Alone it may be as large as it likes.
        try await store.commit([Self.accepted(2, Bytes(String(repeating: "x", count: 100_000)))])
        store.close()
    }
}
