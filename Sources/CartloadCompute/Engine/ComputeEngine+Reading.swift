// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore
internal import Synchronization

extension ComputeEngine {
    /// A pipeline as it is now.
    ///
    /// - Throws: ``PipelineRefusal/unknownPipeline``.
    public func status(of id: String, by caller: Caller) throws -> PipelineSnapshot {
        try read { state in try state.pipeline(id, caller).snapshot }
    }

    /// The same, after something has changed, or a time is over.
    ///
    /// - Parameter seen: How many completed chunks are known already.
    public func status(of id: String, after seen: Int, wait: Duration, by caller: Caller) async throws
        -> PipelineSnapshot
    {
        _ = try status(of: id, by: caller)
        await waitForChange(of: id, atMost: wait) { $0.counts.chunksCompleted > seen || $0.state.isTerminal }
        return try status(of: id, by: caller)
    }

    /// The pipelines that the caller may know of, newest first.
    public func pipelines(by caller: Caller) -> [PipelineSnapshot] {
        read { state in
            state.pipelines.values.filter { caller.sees($0.definition) }.map(\.snapshot)
        }.sorted { ($1.definition.createdAt, $0.definition.id) < ($0.definition.createdAt, $1.definition.id) }
    }

    /// What the tenants use, by name.
    public var tenantUses: [String: TenantUse] {
        read { state in
            Dictionary(uniqueKeysWithValues: state.tenants.keys.map { ($0, state.use(of: $0)) })
        }
    }

    public func use(of tenant: String) -> TenantUse { read { $0.use(of: tenant) } }

    public var totals: ComputeTotals { read { $0.totals } }

    /// Why the store does not take changes now; nil when it does, or when nobody has tried for a while: who is never sent a
    /// request while this is there would never find out that there is room again.
    public var storeFailure: String? {
        let now = clock.now()
        return read { $0.storeFailure.flatMap { now - $0.at < options.storeFailureTime ? $0.text : nil } }
    }

    /// Ends all waits for results, and those to come, because the server is about to end.
    public func stopWaiting() {
        state.withLock { state in
            state.isQuiet = true
            state.wakeAll()
        }
        resumeWoken()
    }

    /// Waits until a condition holds for a pipeline, a time is over, the pipeline is gone, or the engine stops.
    func waitForChange(
        of id: String, atMost limit: Duration, until holds: @Sendable (PipelineMachine) -> Bool
    ) async {
        let until = clock.now() + limit
        while !Task.isCancelled, clock.now() < until {
            let number = state.withLock { state in
                state.nextNumber += 1
                return state.nextNumber
            }
            await withTaskCancellationHandler {
                await withCheckedContinuation { continuation in
                    let waits = state.withLock { state in
                        guard !state.isStopping, !state.isQuiet, !Task.isCancelled, let machine = state.pipelines[id],
                            !holds(machine)
                        else { return false }
                        state.waiters[id, default: []].append(
                            EngineState.Waiter(number: number, until: until, continuation: continuation))
                        return true
                    }
                    if !waits { continuation.resume() }
                }
            } onCancel: {
                state.withLock { $0.removeWaiter(number, of: id) }
                resumeWoken()
            }
            let isOver = state.withLock { state in
                state.isStopping || state.isQuiet || state.pipelines[id].map(holds) ?? true
            }
            if isOver { return }
        }
    }
}
