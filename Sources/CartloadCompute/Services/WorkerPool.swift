// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore
internal import Synchronization

/// Keeps workers between calls, so that not each call has to wait for one to start.
///
/// Take one, run calls, give it back; one that was lost is replaced or given up. Workers that wait longer than their service
/// allows are stopped by ``stopIdle()``, which whoever has a clock calls now and then.
public final class WorkerPool: Sendable {
    /// Bounds of a pool (I7).
    public struct Options: Sendable, Hashable {
        /// How many workers there are at most, of all services, at work or waiting.
        public var maximumWorkers: Int

        public init(maximumWorkers: Int = 64) { self.maximumWorkers = maximumWorkers }
    }

    private struct State {
        var shelf: WorkerShelf<any ServiceWorker>
        var busy: [Int: any ServiceWorker] = [:]
        var lastNumber = 0
        var isStopped = false
    }

    private let state: Mutex<State>
    private let now: @Sendable () -> Duration

    /// - Parameter now: The time that passes, for tests.
    public init(options: Options = Options(), now: @escaping @Sendable () -> Duration = Uptime.now) {
        state = Mutex(State(shelf: WorkerShelf(maximum: options.maximumWorkers)))
        self.now = now
    }

    deinit { stopAll() }

    /// A worker that waits, or a new one; may block while that starts.
    ///
    /// - Throws: `CartloadError` with code `compute.workers-busy` when all that there may be are at work or the pool was stopped,
    ///   and what `ServiceRunner.makeWorker()` throws.
    public func take(_ service: Service) throws -> WorkerLease {
        let kind = WorkerLease.Kind(service)
        while true {
            let source = try state.withLock { state in
                if state.isStopped { throw WorkerPool.stopped }
                return state.shelf.take(kind, limit: service.limits.maximumWorkers)
            }
            switch source {
            case .waiting(let worker):
                if worker.isUsable { return try lend(worker, kind, service) }
                // It ended while it waited: nothing was lost with it.
                worker.stop()
                state.withLock { $0.shelf.leave(kind) }
            case .new(let stopped):
                stopped?.stop()
                return try start(kind, service)
            case .none:
                throw CartloadError(
                    .workersBusy, "all workers that \(service.uri) may have now are at work",
                    advice: "Try again later, or allow more workers.")
            }
        }
    }

    /// Another worker in the place of one that was lost.
    ///
    /// - Throws: As ``take(_:)``; the place is then given up.
    public func replace(_ lost: WorkerLease, of service: Service) throws -> WorkerLease {
        lost.worker.stop()
        state.withLock { state in
            state.busy[lost.number] = nil
            state.shelf.lost(lost.kind)
        }
        return try start(lost.kind, service, isAgain: true)
    }

    /// A worker that is used no more, because it was lost.
    public func lose(_ lost: WorkerLease) {
        lost.worker.stop()
        state.withLock { state in
            state.busy[lost.number] = nil
            state.shelf.lost(lost.kind)
            state.shelf.leave(lost.kind)
        }
    }

    /// A worker that has no more work; it waits for the next call of its service.
    public func giveBack(_ lease: WorkerLease) {
        let until = now() + lease.idleTime
        let isKept = lease.worker.isUsable
        let isStopped = state.withLock { state in
            state.busy[lease.number] = nil
            if isKept, !state.isStopped {
                state.shelf.giveBack(lease.worker, lease.kind, until: until)
            } else {
                state.shelf.leave(lease.kind)
            }
            return state.isStopped
        }
        if isStopped || !isKept { lease.worker.stop() }
    }

    /// Stops the workers that have waited long enough.
    public func stopIdle() {
        let time = now()
        for worker in state.withLock({ $0.shelf.expired(time) }) { worker.stop() }
    }

    /// Stops all workers, those at work too, and lends none any more.
    public func stopAll() {
        let workers = state.withLock { state in
            state.isStopped = true
            return state.shelf.removeAll() + state.busy.values
        }
        for worker in workers { worker.stop() }
    }

    /// How many workers there may be at most.
    public var maximumWorkers: Int { state.withLock { $0.shelf.maximum } }

    /// How many workers there are and were, by the id of their version.
    public var counts: [String: WorkerCounts] { state.withLock { $0.shelf.counts } }

    /// Makes a worker for a place that is kept.
    private func start(
        _ kind: WorkerLease.Kind, _ service: Service, isAgain: Bool = false
    ) throws -> WorkerLease {
        let worker: any ServiceWorker
        do {
            worker = try service.runner.makeWorker()
        } catch {
            state.withLock { $0.shelf.leave(kind) }
            throw error
        }
        state.withLock { $0.shelf.started(kind, isAgain: isAgain) }
        return try lend(worker, kind, service)
    }

    private func lend(
        _ worker: any ServiceWorker, _ kind: WorkerLease.Kind, _ service: Service
    ) throws -> WorkerLease {
        let number = state.withLock { state -> Int? in
            if state.isStopped {
                state.shelf.leave(kind)
                return nil
            }
            state.lastNumber += 1
            state.busy[state.lastNumber] = worker
            return state.lastNumber
        }
        guard let number else {
            worker.stop()
            throw WorkerPool.stopped
        }
        return WorkerLease(worker: worker, kind: kind, number: number, idleTime: service.limits.idleTime)
    }

    private static let stopped = CartloadError(.workersBusy, "the server is stopping")
}
