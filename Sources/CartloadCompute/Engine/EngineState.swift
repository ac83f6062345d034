// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore

/// All pipelines of an engine, and what they share. Behind one lock: what is done under it takes microseconds.
struct EngineState {
    /// Changes that go to the store in the order in which they were decided.
    struct Commit: Sendable {
        var changes: [StoreChange]
        var whenDurable: @Sendable ((any Error)?) -> Void
    }

    /// Somebody who waits for a pipeline to change.
    struct Waiter: Sendable {
        var number: Int
        var until: Duration
        var continuation: CheckedContinuation<Void, Never>
    }

    let options: ComputeOptions
    private(set) var pipelines: [String: PipelineMachine] = [:]
    private(set) var tenants: [String: TenantUse] = [:]
    var fair = FairQueue<String>()
    var totals = ComputeTotals()
    var histories: ThroughputHistories
    /// Grows with each change of a pipeline, which has it then.
    private(set) var revision = 0
    var outbox: [Commit] = []
    var isFlushing = false
    var isStopping = false
    /// Nobody waits any more.
    var isQuiet = false
    var waiters: [String: [Waiter]] = [:]
    /// Waiters to be resumed once the lock is free.
    var woken: [CheckedContinuation<Void, Never>] = []
    var nextNumber = 0
    /// Bytes of payloads in memory.
    private(set) var retained = 0
    /// Pipelines that were loaded without their service, which may come back.
    var lackingService: [PipelineDefinition] = []
    /// What recent requests to create have created.
    var creations: [PipelineCreation: String] = [:]
    var creationOrder = Queue<PipelineCreation>()
    /// How many chunks of a version of a service run, and what ends them early.
    private var runningOfVersion: [String: Int] = [:]
    private var cancellations: [String: [Int: RunCancellation]] = [:]
    /// Pipelines that wait because as many workers of their service run as may, by version.
    private var waitingForVersion: [String: Set<String>] = [:]
    /// Why the last commit failed, and when.
    var storeFailure: (text: String, at: Duration)?
    /// Pipelines that are forgotten, and which the store could not forget.
    private var unremoved: Set<String> = []
    /// Results that the store could not take, to be tried again.
    var unstored: [(pipeline: String, sequence: Int, aggregates: Aggregates)] = []

    init(_ options: ComputeOptions) {
        self.options = options
        histories = ThroughputHistories(capacity: options.historySeconds)
    }

    // MARK: Pipelines

    mutating func add(_ machine: PipelineMachine) {
        let tenant = machine.definition.tenant
        if tenants[tenant] == nil {
            let limits = options.limits(of: tenant)
            tenants[tenant] = TenantUse(limits: limits)
            fair.configure(tenant, weight: limits.weight, limit: limits.workers)
        }
        tenants[tenant]?.pipelines += 1
        tenants[tenant]?.change(from: nil, to: machine.use)
        retained += machine.retained
        revision += 1
        pipelines[machine.definition.id] = machine
        pipelines[machine.definition.id]?.revision = revision
        offer(machine.definition.id)
    }

    mutating func forget(_ id: String) {
        guard let machine = pipelines.removeValue(forKey: id) else { return }
        lackingService.removeAll { $0.id == id }
        let tenant = machine.definition.tenant
        tenants[tenant]?.pipelines -= 1
        tenants[tenant]?.change(from: machine.use, to: nil)
        retained -= machine.retained
        wake(id)
    }

    /// The pipelines that time alone does something to.
    func due(_ now: Moment) -> [String] {
        pipelines.keys.indices.filter { pipelines.values[$0].isDue(now) }.map { pipelines.keys[$0] }
    }

    func use(of tenant: String) -> TenantUse {
        var use = tenants[tenant] ?? TenantUse(limits: options.limits(of: tenant))
        use.workersInUse = fair.running(tenant)
        return use
    }

    /// The pipeline if the caller may know of it.
    func pipeline(_ id: String, _ caller: Caller) throws(PipelineRefusal) -> PipelineMachine {
        guard let machine = pipelines[id], caller.sees(machine.definition) else { throw .unknownPipeline }
        return machine
    }

    /// Whether the caller may know of the pipeline; without holding on to it, which would copy it at its next change.
    func check(_ id: String, _ caller: Caller) throws(PipelineRefusal) {
        guard pipelines[id].map({ caller.sees($0.definition) }) ?? false else { throw .unknownPipeline }
    }

    /// Forgets a pipeline that could not be stored, and what its creation was called.
    mutating func forgetCreation(_ id: String, _ creation: PipelineCreation?) {
        if let creation, creations[creation] == id { creations[creation] = nil }
        forget(id)
    }

    /// The store could not take changes: those that stand all the same are saved at a later tick.
    mutating func unsaved(_ changes: [StoreChange]) {
        for change in changes {
            switch change {
            case .pipeline(let record): _ = try? update(record.id) { $0.unsaved(change) }
            case .released(let id, _, _): _ = try? update(id) { $0.unsaved(change) }
            case .removed(let id): unremoved.insert(id)
            case .accepted, .finished: break
            }
        }
    }

    /// What the store is told again to forget.
    mutating func removals() -> [StoreChange] {
        defer { unremoved = [] }
        return unremoved.sorted().map { .removed(pipeline: $0) }
    }

    /// Lets a pipeline do something and keeps the sums right.
    mutating func update<Result>(
        _ id: String, _ body: (inout PipelineMachine) throws(PipelineRefusal) -> Result
    ) throws(PipelineRefusal) -> Result {
        guard let index = pipelines.index(forKey: id) else { throw .unknownPipeline }
        let before = pipelines.values[index].use
        defer { settle(index, before) }
        return try body(&pipelines.values[index])
    }

    private mutating func settle(_ index: Dictionary<String, PipelineMachine>.Index, _ before: PipelineMachine.Use) {
        revision += 1
        pipelines.values[index].revision = revision
        let after = pipelines.values[index].use
        tenants[after.tenant]?.change(from: before, to: after)
        retained += after.retained - before.retained
        if pipelines.values[index].isRunnable { offer(pipelines.keys[index]) }
        if after.hasNews(since: before) { wake(pipelines.keys[index]) }
    }

    /// Lets a pipeline wait for a worker if it has something to run.
    private mutating func offer(_ id: String) {
        guard let index = pipelines.index(forKey: id), pipelines.values[index].isRunnable else { return }
        let definition = pipelines.values[index].definition
        fair.insert(id, tenant: definition.tenant, priority: definition.configuration.priority)
    }

    /// Whether payloads must not be kept in memory.
    var isMemoryFull: Bool { retained > options.memoryBytes }

    // MARK: Jobs

    /// The next chunk to run.
    mutating func nextJob() -> ChunkJob? {
        if isStopping { return nil }
        let tenants = tenants
        while let (id, tenant) = fair.next({ name in
            tenants[name].map { $0.outputUsed < $0.limits.outputBytes } ?? true
        }) {
            guard let index = pipelines.index(forKey: id), let service = pipelines.values[index].service else {
                continue
            }
            let runningOfIt = runningOfVersion[service.versionID] ?? 0
            if let limit = service.limits.maximumWorkers, runningOfIt >= limit {
                waitingForVersion[service.versionID, default: []].insert(id)
                continue
            }
            let before = pipelines.values[index].use
            guard let sequence = pipelines.values[index].start() else { continue }
            fair.started(tenant)
            runningOfVersion[service.versionID] = runningOfIt + 1
            let cancellation = RunCancellation()
            cancellations[id, default: [:]][sequence] = cancellation
            settle(index, before)
            let machine = pipelines.values[index]
            return ChunkJob(
                pipeline: id, tenant: tenant, sequence: sequence, chunkID: machine.slots[sequence].id,
                service: service, selection: machine.selection, keys: machine.definition.recordKeys,
                input: machine.input(sequence), attempts: machine.attempts(sequence), cancellation: cancellation)
        }
        return nil
    }

    /// A worker is free again.
    mutating func ended(_ job: ChunkJob) {
        fair.finished(job.tenant)
        cancellations[job.pipeline]?[job.sequence] = nil
        if cancellations[job.pipeline]?.isEmpty ?? false { cancellations[job.pipeline] = nil }
        let version = job.service.versionID
        let rest = (runningOfVersion[version] ?? 1) - 1
        runningOfVersion[version] = rest == 0 ? nil : rest
        for id in waitingForVersion.removeValue(forKey: version) ?? [] { offer(id) }
    }

    /// What runs of a pipeline, to be ended early.
    func running(of id: String) -> [RunCancellation] { cancellations[id].map { Array($0.values) } ?? [] }

    // MARK: Waiting

    /// Wakes who waits for a pipeline, once the lock is free.
    mutating func wake(_ id: String) {
        guard let waiting = waiters.removeValue(forKey: id) else { return }
        woken += waiting.map(\.continuation)
    }

    mutating func wakeExpired(_ now: Duration) {
        for (id, waiting) in waiters where waiting.contains(where: { $0.until <= now }) {
            woken += waiting.filter { $0.until <= now }.map(\.continuation)
            let rest = waiting.filter { $0.until > now }
            waiters[id] = rest.isEmpty ? nil : rest
        }
    }

    mutating func wakeAll() { for id in Array(waiters.keys) { wake(id) } }

    /// Takes one waiter out.
    mutating func removeWaiter(_ number: Int, of id: String) {
        guard let position = waiters[id]?.firstIndex(where: { $0.number == number }),
            let waiter = waiters[id]?.remove(at: position)
        else { return }
        if waiters[id]?.isEmpty ?? false { waiters[id] = nil }
        woken.append(waiter.continuation)
    }
}

extension PipelineMachine {
    /// What it has of what is shared.
    struct Use {
        var tenant: String
        var input: Int
        var output: Int
        var queued: Int
        var available: Int
        var retained: Int
        var hasResults: Bool
        var completed: Int
        var isTerminal: Bool

        /// Whether those who wait for it look again.
        func hasNews(since before: Use) -> Bool {
            hasResults && !before.hasResults || completed > before.completed || isTerminal && !before.isTerminal
        }
    }

    var use: Use {
        Use(
            tenant: definition.tenant, input: inputUsed, output: outputUsed, queued: queuedCount,
            available: counts.chunksAvailable, retained: retained, hasResults: hasResults,
            completed: counts.chunksCompleted, isTerminal: state.isTerminal)
    }
}

extension TenantUse {
    /// A pipeline has something else of what is shared: nil before it is there, and after it was.
    mutating func change(from before: PipelineMachine.Use?, to after: PipelineMachine.Use?) {
        inputUsed += (after?.input ?? 0) - (before?.input ?? 0)
        outputUsed += (after?.output ?? 0) - (before?.output ?? 0)
        chunksQueued += (after?.queued ?? 0) - (before?.queued ?? 0)
        chunksAvailable += (after?.available ?? 0) - (before?.available ?? 0)
    }
}
