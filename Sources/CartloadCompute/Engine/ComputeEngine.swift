// SPDX-License-Identifier: Apache-2.0

public import CartloadCore
internal import Synchronization

/// Runs pipelines: takes chunks in, runs them on workers, and hands out the results, with a store that survives crashes.
///
/// ``start()`` comes first, ``stop()`` last. Requests may come from any task at once. Someone calls ``tick()`` a few times a
/// second for what time alone does.
public final class ComputeEngine: Sendable {
    let store: any PipelineStore
    let catalogue: any ServiceCatalogue
    public let options: ComputeOptions
    let clock: RunClock
    let makeID: @Sendable () -> String
    let supply: any WorkerSupply
    let state: Mutex<EngineState>
    let onProblem: @Sendable (CartloadError) -> Void
    private let threads = Mutex<WorkerThreads?>(nil)

    /// - Parameters:
    ///   - makeID: Makes ids that nobody can guess: UUIDs in lower case.
    ///   - onProblem: Called when something fails that nobody waits for.
    public init(
        store: any PipelineStore, catalogue: any ServiceCatalogue, supply: any WorkerSupply, options: ComputeOptions,
        clock: RunClock = .system, makeID: @escaping @Sendable () -> String = { UniqueID.random() },
        onProblem: @escaping @Sendable (CartloadError) -> Void = { _ in }
    ) {
        self.store = store
        self.catalogue = catalogue
        self.supply = supply
        self.options = options
        self.clock = clock
        self.makeID = makeID
        self.onProblem = onProblem
        state = Mutex(EngineState(options))
    }

    /// Loads what is stored and begins to run; blocks while it loads.
    ///
    /// - Throws: What the store throws; `CartloadError` with code `compute.invalid-record`.
    public func start() throws {
        let moment = clock.moment
        for stored in try store.load() {
            let definition = try PipelineDefinition(stored.pipeline)
            let service = catalogue.find(.version(definition.versionID))
            let machine = try PipelineMachine(
                stored, definition: definition, service: service, selection: selection(definition, service),
                limits: options.pipeline, now: moment)
            if service == nil, machine.activity != .closed || machine.state == .closed {
                onProblem(ComputeEngine.serviceGone(definition))
            }
            state.withLock { state in
                state.add(machine)
                if service == nil, !machine.state.isTerminal { state.lackingService.append(definition) }
            }
        }
        let threads = WorkerThreads(limit: options.workers) { [weak self] in self?.runNext() ?? false }
        self.threads.withLock { $0 = threads }
        tick()
        wake(options.workers)
    }

    /// The outputs that were chosen; a version that has other ones by now is no reason not to start.
    private func selection(_ definition: PipelineDefinition, _ service: Service?) -> OutputSelection {
        let named = OutputSelection(names: definition.outputs.isEmpty ? nil : definition.outputs)
        guard let service else { return named }
        do {
            return try OutputSelection(outputs: definition.outputs, subservices: definition.subservices, of: service)
        } catch {
            if let error = error as? CartloadError {
                onProblem(error.located(Location(source: "pipeline \(definition.id)")))
            }
            return named
        }
    }

    private static func serviceGone(_ definition: PipelineDefinition) -> CartloadError {
        CartloadError(
            .serviceGone, "pipeline \(definition.id) is for \(definition.serviceURI), which is not there",
            advice: "Put the version back; its chunks wait for it.")
    }

    /// Ends: requests are refused, chunks that run come to their end or are run again after the next start.
    public func stop() {
        state.withLock { state in
            state.isStopping = true
            state.wakeAll()
        }
        resumeWoken()
        threads.withLock { $0 }?.stop()
        supply.stop()
        store.close()
    }

    // MARK: Shell

    /// Decides something under the lock, sends the changes to the store, and returns when they are durable.
    ///
    /// - Parameter settle: Called under the lock as soon as the store has answered, in the order of the commits and before
    ///   anybody else is told, so that later requests find what this one has become; false where the store failed.
    /// - Throws: What the decision throws; ``PipelineRefusal/storeFailed(_:)``.
    func perform<Result: Sendable>(
        _ body: @Sendable (inout EngineState, inout [StoreChange]) throws -> Result,
        settle: @escaping @Sendable (inout EngineState, Result, Bool, inout [StoreChange]) -> Void = { _, _, _, _ in }
    ) async throws -> Result {
        let decided = Mutex<Result?>(nil)
        try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
            do {
                try state.withLock { state in
                    if state.isStopping { throw PipelineRefusal.stopping }
                    var changes: [StoreChange] = []
                    let result = try body(&state, &changes)
                    decided.withLock { $0 = result }
                    state.outbox.append(
                        EngineState.Commit(changes: changes) { error in
                            self.decide { state, changes in settle(&state, result, error == nil, &changes) }
                            if let error {
                                continuation.resume(throwing: PipelineRefusal.storeFailed(String(describing: error)))
                            } else {
                                continuation.resume()
                            }
                        })
                }
            } catch {
                state.withLock { $0.totals.refusals += 1 }
                continuation.resume(throwing: error)
            }
            flush()
        }
        guard let result = decided.withLock({ $0 }) else { throw PipelineRefusal.stopping }
        return result
    }

    /// Decides something under the lock that nobody waits for; what the store cannot take is saved at a later tick.
    func decide(_ body: (inout EngineState, inout [StoreChange]) -> Void) {
        state.withLock { state in
            var changes: [StoreChange] = []
            body(&state, &changes)
            // What is decided while it ends is decided again after the next start.
            guard !changes.isEmpty, !state.isStopping else { return }
            state.outbox.append(EngineState.Commit(changes: changes) { _ in })
        }
        flush()
    }

    /// Sends what was decided to the store, in order; one caller at a time does it for all.
    func flush() {
        while true {
            let commits = state.withLock { state -> [EngineState.Commit] in
                if state.isFlushing || state.outbox.isEmpty { return [] }
                state.isFlushing = true
                defer { state.outbox = [] }
                return state.outbox
            }
            if commits.isEmpty { break }
            for commit in commits {
                store.commit(commit.changes) { [weak self] error in
                    self?.noteStore(error, commit.changes)
                    commit.whenDurable(error)
                }
            }
            state.withLock { $0.isFlushing = false }
        }
        resumeWoken()
    }

    private func noteStore(_ error: (any Error)?, _ changes: [StoreChange]) {
        let now = clock.now()
        let isNew = state.withLock { state in
            defer { state.storeFailure = error.map { (String(describing: $0), now) } }
            if error != nil {
                state.totals.storeFailures += 1
                state.unsaved(changes)
            }
            return error != nil && state.storeFailure == nil
        }
        if isNew, let error {
            onProblem(
                error as? CartloadError
                    ?? CartloadError(.storeFailed, "the store failed", advice: "Look at its disk.", cause: error))
        }
    }

    func resumeWoken() {
        let woken = state.withLock { state in
            defer { state.woken = [] }
            return state.woken
        }
        for continuation in woken { continuation.resume() }
    }

    /// There may be jobs.
    func wake(_ count: Int = 1) {
        guard let threads = threads.withLock({ $0 }) else { return }
        for _ in 0..<min(count, options.workers) { threads.wake() }
    }

    // MARK: Time

    /// Does what time alone does: leases end, idle pipelines close, ended ones are forgotten, waits end.
    public func tick() {
        let moment = clock.moment
        decide { state, changes in
            for id in state.due(moment) {
                let isOver = (try? state.update(id) { $0.tick(now: moment, &changes) }) ?? false
                if isOver {
                    state.forget(id)
                    changes.append(.removed(pipeline: id))
                }
            }
            changes += state.removals()
            state.wakeExpired(moment.monotonic)
        }
        findMissingServices()
        storeAgain()
        if state.withLock({ !$0.fair.isEmpty }) { wake(options.workers) }
    }

    /// Gives pipelines their service when it has come back.
    private func findMissingServices() {
        for definition in state.withLock({ $0.lackingService }) {
            guard let service = catalogue.find(.version(definition.versionID)) else { continue }
            state.withLock { state in
                try? state.update(definition.id) { machine throws(PipelineRefusal) in machine.service = service }
                state.lackingService.removeAll { $0.id == definition.id }
            }
        }
    }
}
