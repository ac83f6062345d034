// SPDX-License-Identifier: Apache-2.0

import CartloadCompute
import CartloadCore
import CartloadStores
import Foundation
import TestSupport
import Testing

/// Stores as earlier releases left them; each must open and hold what it held.
///
/// `CARTLOAD_RECORD=1` writes that of this version anew, and such a run fails. Once a release has it, it stays as it is.
@Suite struct GoldenStoreTests {
    private static let golden = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Golden")
    private static let options = SegmentedStoreOptions(segmentBytes: 4096, keptSegments: 1, compressFrom: 500)
    private static let id = "0190c3f2-1111-4222-8333-444455556666"
    private static let input = Bytes("[" + String(repeating: "{\"value\":42},", count: 80) + "{}]")

    private static let changes: [StoreChange] = {
        let chunks = (0..<4).map { sequence in
            StoreChange.accepted(
                pipeline: id,
                ChunkRecord(
                    sequence: sequence, id: "chunk-\(sequence)-ü", digest: Bytes((0..<32).map { UInt8($0 + sequence) }),
                    recordCount: 81, inputBytes: input.count), input: sequence == 0 ? input : Bytes("[\(sequence)]"))
        }
        let outcome = ChunkOutcome(
            failedCount: 1, computeTime: 12.5, retryCount: 2, retriedRecordCount: 3, outputBytes: 5,
            aggregates: Bytes("{\"total\":7}"))
        return [
            .pipeline(PipelineRecord(id: id, tenant: "tenant", body: Bytes("{\"service\":\"f/s[1.0]\"}"))),
            .pipeline(PipelineRecord(id: "empty", tenant: "", body: Bytes())),
        ] + chunks + [
            .finished(pipeline: id, sequence: 1, outcome, output: Bytes("[[2]]")),
            .finished(pipeline: id, sequence: 2, outcome, output: Bytes("gone")),
            .released(pipeline: id, sequences: [2], .delivered), .released(pipeline: id, sequences: [3], .dropped),
        ]
    }()

    @Test(arguments: ["version-1"])
    func aStoreOfAnEarlierVersionIsOpenedAsItWasLeft(version: String) async throws {
        let folder = try TemporaryFolder()
        let golden = Self.golden.appending(path: version)
        if ProcessInfo.processInfo.environment["CARTLOAD_RECORD"] == "1" {
            try await record(golden)
            Issue.record("\(version) was recorded")
        }
        for name in try FileManager.default.contentsOfDirectory(atPath: golden.path()) {
            try FileManager.default.copyItem(
                atPath: golden.appending(path: name).path(), toPath: folder.path + "/" + name)
        }
        let memory = MemoryPipelineStore()
        try await memory.commit(Self.changes)

        let store = try SegmentedPipelineStore(folder: folder.path, options: Self.options)
        #expect(try store.load() == memory.load())
        #expect(try store.read(PayloadKey(pipeline: Self.id, sequence: 0, kind: .input)) == Self.input)
        #expect(try store.read(PayloadKey(pipeline: Self.id, sequence: 1, kind: .output)).text == "[[2]]")
        for (sequence, kind) in [(1, PayloadKey.Kind.input), (2, .output), (3, .input)] {
            let key = PayloadKey(pipeline: Self.id, sequence: sequence, kind: kind)
            #expect(throws: CartloadError.self) { try store.read(key) }
        }
        // And it goes on from there.
        let chunk = ChunkRecord(sequence: 4, id: "more", digest: Bytes(), recordCount: 0, inputBytes: 2)
        try await store.commit([.accepted(pipeline: Self.id, chunk, input: Bytes("[]"))])
        #expect(try store.read(PayloadKey(pipeline: Self.id, sequence: 4, kind: .input)).text == "[]")
        #expect(try store.read(PayloadKey(pipeline: Self.id, sequence: 0, kind: .input)) == Self.input)
        store.close()
    }

    private func record(_ golden: URL) async throws {
        try? FileManager.default.removeItem(at: golden)
        let store = try SegmentedPipelineStore(folder: golden.path(), options: Self.options)
        _ = try store.load()
        try await store.commit(Self.changes)
        store.close()
        try FileManager.default.removeItem(at: golden.appending(path: "lock"))
    }
}
