// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore
internal import Synchronization

extension ComputeEngine {
    /// Runs one chunk if there is one; on a thread of a worker.
    func runNext() -> Bool {
        guard let job = state.withLock({ $0.nextJob() }) else { return false }
        do {
            let input =
                try job.input ?? store.read(PayloadKey(pipeline: job.pipeline, sequence: job.sequence, kind: .input))
            finish(job, try run(job, input))
        } catch {
            giveUp(job, error)
        }
        return true
    }

    private func run(_ job: ChunkJob, _ input: Bytes) throws -> ChunkResult {
        let now = clock.now
        let run = ChunkRun(
            service: job.service, selection: job.selection, keys: job.keys, now: now,
            call: { try self.supply.run($0, of: job.service, cancellation: job.cancellation) })
        return try run.result(id: job.chunkID, input: input)
    }

    private func finish(_ job: ChunkJob, _ result: ChunkResult) {
        state.withLock { state in
            state.ended(job)
            // Its workers may have been ended on purpose: it runs again after the next start.
            if state.isStopping { return }
            var changes: [StoreChange] = []
            let isWanted = (try? state.update(job.pipeline) { $0.finish(job.sequence, result, &changes) }) ?? false
            guard isWanted else { return }
            state.outbox.append(
                EngineState.Commit(changes: changes) { [weak self] error in
                    self?.stored(job.pipeline, job.sequence, result.aggregates, error)
                })
        }
        flush()
    }

    /// The result of a chunk is durable, or the store could not take it.
    func stored(_ pipeline: String, _ sequence: Int, _ aggregates: Aggregates, _ error: (any Error)?) {
        let moment = clock.moment
        decide { state, changes in
            if error != nil {
                state.unstored.append((pipeline, sequence, aggregates))
                return
            }
            let isFull = state.isMemoryFull
            let totals = try? state.update(pipeline) { machine throws(PipelineRefusal) -> (Int, ChunkOutcome)? in
                let slot = machine.slots[sequence]
                guard slot.phase == .storing, let outcome = slot.outcome else { return nil }
                machine.stored(sequence, aggregates, now: moment, &changes)
                if isFull { machine.forgetOutput(sequence) }
                return (slot.recordCount, outcome)
            }
            if let (records, outcome) = totals ?? nil {
                state.totals.chunksFinished += 1
                state.totals.recordsFinished += records
                state.totals.recordsFailed += outcome.failedCount
                state.totals.recordsRetried += outcome.retriedRecordCount
                state.totals.computeTime += outcome.computeTime
                if let definition = state.pipelines[pipeline]?.definition {
                    state.histories.add(
                        ThroughputHistories.Owner(tenant: definition.tenant, user: definition.user), records: records,
                        failed: outcome.failedCount, computeTime: outcome.computeTime, at: moment.monotonic)
                }
            }
        }
        wake()
    }

    /// Sends results to the store again that it could not take.
    func storeAgain() {
        state.withLock { state in
            let again = state.unstored
            state.unstored = []
            for (pipeline, sequence, aggregates) in again {
                guard let slot = state.pipelines[pipeline]?.slots[sequence], slot.phase == .storing,
                    let outcome = slot.outcome, let output = slot.output
                else { continue }
                state.outbox.append(
                    EngineState.Commit(
                        changes: [.finished(pipeline: pipeline, sequence: sequence, outcome, output: output)]
                    ) { [weak self] error in
                        self?.stored(pipeline, sequence, aggregates, error)
                    })
            }
        }
        flush()
    }

    /// A chunk could not be run: it is tried again after a while, and at last its records fail.
    private func giveUp(_ job: ChunkJob, _ error: any Error) {
        if job.cancellation.isCancelled || read({ $0.isStopping }) { return putBack(job, until: clock.now()) }
        let problem =
            error as? CartloadError ?? CartloadError(.chunkNotRun, "a chunk could not be run", cause: error)
        onProblem(problem.located(Location(source: "pipeline \(job.pipeline), chunk \(job.chunkID)")))
        if job.attempts + 1 >= options.startAttempts, let failed = try? failure(job, problem) {
            return finish(job, failed)
        }
        // A little longer each time.
        putBack(job, until: clock.now() + options.startDelay * Double(job.attempts + 1))
    }

    private func putBack(_ job: ChunkJob, until: Duration) {
        state.withLock { state in
            state.ended(job)
            _ = try? state.update(job.pipeline) { machine throws(PipelineRefusal) in
                machine.giveBack(job.sequence, until: until)
            }
        }
    }

    /// The result of a chunk none of whose records could be run.
    private func failure(_ job: ChunkJob, _ problem: CartloadError) throws -> ChunkResult {
        let input =
            try job.input ?? store.read(PayloadKey(pipeline: job.pipeline, sequence: job.sequence, kind: .input))
        let run = ChunkRun(
            service: job.service, selection: job.selection, keys: job.keys, now: clock.now,
            call: { call in
                let places = [RowPlace](repeating: RowPlace(start: 0, end: 0), count: call.records.count)
                return IsolatedOutcome(
                    outcome: ServiceOutcome(
                        outputs: Rows(bytes: Bytes(), places: Buffer(places), isLineFed: false),
                        problems: places.indices.map { record in
                            RecordProblem(
                                record: record, message: problem.message, category: "not_run",
                                type: problem.code.rawValue)
                        }))
            })
        return try run.result(id: job.chunkID, input: input)
    }
}
