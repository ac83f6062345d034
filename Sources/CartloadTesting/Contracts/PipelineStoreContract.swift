// SPDX-License-Identifier: Apache-2.0

public import CartloadCompute
internal import CartloadCore
internal import Synchronization

/// What every store of pipelines must do; run it on yours.
public struct PipelineStoreContract: Sendable {
    let isDurable: Bool
    let make: @Sendable () throws -> any PipelineStore

    /// - Parameters:
    ///   - isDurable: Whether a store that is closed and made again has what was committed. Of one that is not, `load()` is
    ///     called several times.
    ///   - make: Opens the same place each time, empty at first.
    public init(isDurable: Bool, make: @escaping @Sendable () throws -> any PipelineStore) {
        self.isDurable = isDurable
        self.make = make
    }

    /// Checks the rules one by one, on a store that is empty at first and at last.
    ///
    /// - Throws: ``ContractFailure`` with what is wrong, or the error that the store threw.
    public func run() async throws {
        let trial = try StoreTrial(self)
        try await trial.check("a new store")
        try await checkOneChunk(trial)
        try await checkPayloads(trial)
        try await checkOrder(trial)
        try await trial.commit([
            .removed(pipeline: "p"), .removed(pipeline: "ünï \"q\" '; --"), .removed(pipeline: "none"),
        ])
        try await trial.check("a store whose pipelines were all removed")
        trial.store.close()
    }

    private func checkOneChunk(_ trial: StoreTrial) async throws {
        try await trial.commit([.pipeline(PipelineRecord(id: "p", tenant: "t", body: Bytes("{}")))])
        try await trial.check("a new pipeline")
        try await trial.commit([.pipeline(PipelineRecord(id: "p", tenant: "u", body: Bytes("{\"a\":1}")))])
        try await trial.check("a pipeline committed again")
        try await trial.commit([.accepted(pipeline: "p", StoreTrial.chunk(0), input: Bytes("[1,2]"))])
        try await trial.check("an accepted chunk")
        let outcome = ChunkOutcome(
            failedCount: 1, computeTime: 0.125, retryCount: 2, retriedRecordCount: 3, outputBytes: 4,
            aggregates: Bytes("{}"))
        try await trial.commit([.finished(pipeline: "p", sequence: 0, outcome, output: Bytes("[2,4]"))])
        try await trial.check("a finished chunk")
        let other = ChunkOutcome(failedCount: 0, computeTime: 9, outputBytes: 9)
        try await trial.commit([.finished(pipeline: "p", sequence: 0, other, output: Bytes("other"))])
        try await trial.check("a chunk that was finished twice")
        try await trial.commit([.released(pipeline: "p", sequences: [0], .delivered)])
        try await trial.check("a delivered chunk")
        try await trial.commit([.finished(pipeline: "p", sequence: 0, other, output: Bytes("other"))])
        try await trial.check("a chunk that was finished after it was delivered")
    }

    private func checkPayloads(_ trial: StoreTrial) async throws {
        let id = "ünï \"q\" '; --"
        let sizes = [0, 1, 47, 4095, 4096, 65_537, 3_000_001]
        try await trial.commit(
            [.pipeline(PipelineRecord(id: id, tenant: "", body: Bytes()))]
                + sizes.enumerated().map { sequence, size in
                    .accepted(pipeline: id, StoreTrial.chunk(sequence), input: StoreTrial.payload(size, sequence))
                })
        try await trial.check("chunks of many sizes accepted together")
        for (sequence, size) in sizes.enumerated() {
            let outcome = ChunkOutcome(failedCount: 0, computeTime: 0, outputBytes: size)
            try await trial.commit([
                .finished(pipeline: id, sequence: sequence, outcome, output: StoreTrial.payload(size, sequence + 1))
            ])
        }
        try await trial.check("chunks of many sizes finished one by one")
        let all = Array(sizes.indices)
        try await trial.commit([.released(pipeline: id, sequences: all, .dropped)])
        try await trial.check("dropped chunks")
    }

    /// Commits of which nobody waits for the one before, by callbacks that must come in order.
    private func checkOrder(_ trial: StoreTrial) async throws {
        let seen = Mutex<[Int]>([])
        try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
            for number in 1...300 {
                let sequence = (number + 1) / 2
                let changes: [StoreChange] =
                    number.isMultiple(of: 2)
                    ? [.released(pipeline: "p", sequences: [sequence], .dropped)]
                    : [.accepted(pipeline: "p", StoreTrial.chunk(sequence), input: StoreTrial.payload(900, number))]
                trial.note(changes)
                trial.store.commit(changes) { error in
                    if error == nil { seen.withLock { $0.append(number) } }
                    if number == 300 { continuation.resume() }
                }
            }
        }
        try expect(
            seen.withLock { $0 } == Array(1...300), "the callbacks of commits did not come each once and in order")
        try await trial.check("300 commits in a row")
    }
}
