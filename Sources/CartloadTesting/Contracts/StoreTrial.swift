// SPDX-License-Identifier: Apache-2.0

internal import CartloadCompute
internal import CartloadCore

/// A store under a contract, beside the model of what it must hold.
final class StoreTrial {
    private let contract: PipelineStoreContract
    private(set) var store: any PipelineStore
    private(set) var model = PipelineStoreModel()
    /// Payloads that were there and should not be found any more.
    private var gone: Set<PayloadKey> = [PayloadKey(pipeline: "nowhere", sequence: 0, kind: .input)]

    init(_ contract: PipelineStoreContract) throws {
        self.contract = contract
        store = try contract.make()
        try expect(try store.load().isEmpty, "a new store is not empty")
    }

    /// Takes changes into the model only; the caller commits them.
    func note(_ changes: [StoreChange]) {
        let before = Set(model.payloads.keys)
        model.apply(changes)
        gone.formUnion(before.subtracting(model.payloads.keys))
        gone.subtract(model.payloads.keys)
    }

    func commit(_ changes: [StoreChange]) async throws {
        note(changes)
        try await store.commit(changes)
    }

    /// Compares everything, then closes and opens the store where that is possible, and compares again.
    func check(_ what: String) async throws {
        try await store.commit([])
        try checkPayloads(what)
        if contract.isDurable {
            store.close()
            store = try contract.make()
        }
        let loaded = PipelineStoreModel.sorted(try store.load())
        try expect(loaded == model.pipelines, "\(what) is loaded as \(loaded), not as \(model.pipelines)")
        try checkPayloads("\(what), loaded,")
    }

    private func checkPayloads(_ what: String) throws {
        for (key, bytes) in model.payloads {
            try expect(try store.read(key) == bytes, "\(what): \(key) is not what was written")
        }
        for key in gone {
            do {
                _ = try store.read(key)
            } catch let error as CartloadError where error.code == .payloadMissing {
                continue
            }
            throw ContractFailure("\(what): \(key) can be read though it is gone")
        }
    }

    static func chunk(_ sequence: Int) -> ChunkRecord {
        ChunkRecord(
            sequence: sequence, id: "chunk \(sequence) \u{1F600}",
            digest: Bytes((0..<32).map { UInt8($0 &+ sequence & 0xff) }),
            recordCount: sequence * 3, inputBytes: sequence * 100)
    }

    /// Bytes of which some can be compressed and others cannot; each number has its own.
    static func payload(_ size: Int, _ number: Int) -> Bytes {
        var generator = SeededGenerator(seed: UInt64(truncatingIfNeeded: number))
        guard !number.isMultiple(of: 2) else {
            return Bytes((0..<size).lazy.map { _ in UInt8.random(in: 0...255, using: &generator) })
        }
        let word = Array("\"word \(UInt32.random(in: 1_000_000...UInt32.max, using: &generator))\",".utf8)
        return Bytes((0..<size).lazy.map { word[$0 % word.count] })
    }
}
