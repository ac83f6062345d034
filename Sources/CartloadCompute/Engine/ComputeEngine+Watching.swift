// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore
internal import Synchronization

/// For who looks on, such as a dashboard: nothing here changes anything, and all of it is bounded.
extension ComputeEngine {
    /// Whether waits for results are over, because the server is about to end.
    public var isEnding: Bool { read { $0.isQuiet || $0.isStopping } }

    /// The engine's clock, as throughput and rates count it.
    public var now: Duration { clock.now() }

    /// The pipelines that have changed.
    ///
    /// - Parameters:
    ///   - revision: What the last answer said; 0 for all.
    ///   - known: Ids, of which is said whether they are forgotten.
    ///   - limit: How many at most; what is left out is not told of before it changes again.
    public func changes(after revision: Int, known: Set<String>, atMost limit: Int, by caller: Caller)
        -> PipelineChanges
    {
        read { state in
            var changed: [Dictionary<String, PipelineMachine>.Index] = []
            var (total, unfinished) = (0, 0)
            for index in state.pipelines.values.indices
            where caller.sees(state.pipelines.values[index].definition) {
                total += 1
                if !state.pipelines.values[index].state.isTerminal { unfinished += 1 }
                if state.pipelines.values[index].revision > revision { changed.append(index) }
            }
            changed.sort { left, right in
                let (left, right) = (state.pipelines.values[left], state.pipelines.values[right])
                if left.state.isTerminal != right.state.isTerminal { return right.state.isTerminal }
                return left.definition.createdAt > right.definition.createdAt
            }
            return PipelineChanges(
                revision: state.revision, changed: changed.prefix(limit).map { state.pipelines.values[$0].snapshot },
                removed: known.filter { state.pipelines[$0] == nil }, total: total, unfinished: unfinished)
        }
    }

    /// What was finished in each of the last seconds.
    ///
    /// - Parameter seen: The last second that is known; the one that is not over is left out.
    public func throughput(after seen: Int, by caller: Caller) -> [ThroughputSample] {
        let moment = clock.now()
        return read { $0.histories.samples(after: seen, now: moment, by: caller) }
    }

    /// Some of a pipeline's chunks, newest first.
    ///
    /// - Parameter isOnlyFailed: Whether only those with failed records are wanted.
    /// - Throws: ``PipelineRefusal/unknownPipeline``.
    public func chunks(of id: String, offset: Int, atMost limit: Int, isOnlyFailed: Bool = false, by caller: Caller)
        throws -> ChunkPage
    {
        try read { state in
            try state.pipeline(id, caller).page(offset: offset, atMost: limit, isOnlyFailed: isOnlyFailed)
        }
    }

    /// Failed records of a pipeline with what is wrong with them, as far as their results are not handed out; this hands
    /// out none.
    ///
    /// - Parameters:
    ///   - cursor: Where to begin; nil with the chunk that was finished last.
    ///   - limit: How many records at most, and as many chunks. ``ComputeOptions/failureBytes`` bounds what is read for it.
    /// - Throws: ``PipelineRefusal``.
    public func failures(of id: String, from cursor: FailurePage.Cursor? = nil, atMost limit: Int, by caller: Caller)
        async throws -> FailurePage
    {
        let (plan, total) = try read { state in
            let machine = try state.pipeline(id, caller)
            return (machine.failures(from: cursor, atMost: limit), machine.counts.recordsFailed)
        }
        let reading = FailureReading(pipeline: id, store: store, bytes: options.failureBytes)
        // Reading blocks.
        return try await withCheckedThrowingContinuation { continuation in
            do {
                try SystemThread.detach {
                    continuation.resume(returning: reading.page(plan, atMost: limit, total: total))
                }
            } catch {
                continuation.resume(throwing: PipelineRefusal.storeFailed("there is no thread to read with"))
            }
        }
    }
}
