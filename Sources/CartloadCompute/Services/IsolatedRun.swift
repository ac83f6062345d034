// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore

/// Runs a call so that one record that crashes or hangs its worker costs only its own output.
///
/// After a lost worker the whole call is run once more with a new one; when that is lost too, ``Bisection`` finds the records
/// that are to blame. They get errors of the category `worker_lost`; all others are computed.
public struct IsolatedRun: Sendable {
    /// How far it goes (I7); records that are not computed by then get errors of the category `not_computed`.
    public struct Options: Sendable, Hashable {
        /// How often a call is run, in whole or in part; one bad record takes about four runs of a worker that answers record by
        /// record, and two for each halving of another.
        public var maximumRuns: Int
        /// How long all runs of a call may take.
        public var maximumTime: Duration

        public init(maximumRuns: Int = 64, maximumTime: Duration = .seconds(600)) {
            self.maximumRuns = maximumRuns
            self.maximumTime = maximumTime
        }
    }

    private let service: Service
    private let pool: WorkerPool
    private let options: Options
    private let now: @Sendable () -> Duration

    /// - Parameter now: The time that passes, for tests.
    public init(
        _ service: Service, pool: WorkerPool, options: Options = Options(),
        now: @escaping @Sendable () -> Duration = Uptime.now
    ) {
        self.service = service
        self.pool = pool
        self.options = options
        self.now = now
    }

    /// The outputs of all records; blocks while workers work.
    ///
    /// - Parameter cancellation: Ends it from elsewhere.
    /// - Throws: `CartloadError` when no worker can be had or started, after which nothing of the call counts;
    ///   `CancellationError`.
    public func run(
        _ call: ServiceCall, cancellation: RunCancellation = RunCancellation()
    ) throws -> IsolatedOutcome {
        let deadline = now() + options.maximumTime
        var search = Bisection(count: call.records.count)
        var parts = OutcomeParts(count: call.records.count)
        var losses: [WorkerLoss] = []
        var lease = try pool.take(service)
        var isLent = true
        while let records = search.next {
            let left = deadline - now()
            guard left > .zero, search.runCount < options.maximumRuns else { break }
            let part = ServiceCall(records: call.records.part(records), timeout: min(call.timeout, left))
            do {
                let worker = lease.worker
                let outcome = try cancellation.guarding(worker) { try worker.run(part) }
                guard outcome.outputs.count == records.count else {
                    let message = "\(outcome.outputs.count) outputs were given for \(records.count) records"
                    throw WorkerLoss(.outOfStep, message)
                }
                parts.add(outcome, of: records)
                search.computed()
            } catch let loss as WorkerLoss {
                losses.append(loss)
                let wasBad = search.bad.count
                search.lost(answered: loss.answered)
                if search.bad.count > wasBad { parts.add(RecordProblem(loss), for: records) }
                if search.next == nil {
                    pool.lose(lease)
                    isLent = false
                } else {
                    lease = try pool.replace(lease, of: service)
                }
            } catch {
                // Nobody knows in what state it is.
                pool.lose(lease)
                throw error
            }
        }
        if isLent { pool.giveBack(lease) }
        for records in search.rest { parts.add(.notComputed(after: search.runCount, options), for: records) }
        return IsolatedOutcome(
            outcome: parts.whole(), retryCount: max(0, search.runCount - 1),
            retriedRecordCount: search.retriedRecordCount, losses: losses)
    }
}

extension RecordProblem {
    /// What a record gets that lost its worker twice.
    fileprivate init(_ loss: WorkerLoss) {
        self.init(record: 0, message: loss.message, category: "worker_lost", type: loss.reason.rawValue)
    }

    fileprivate static func notComputed(after runs: Int, _ options: IsolatedRun.Options) -> RecordProblem {
        let bound = runs < options.maximumRuns ? "in \(options.maximumTime)" : "in \(runs) runs"
        return RecordProblem(
            record: 0,
            message: "not computed: other records of the chunk lost their workers, and \(bound) it was not found which",
            category: "not_computed")
    }
}
