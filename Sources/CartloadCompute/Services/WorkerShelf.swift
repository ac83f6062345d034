// SPDX-License-Identifier: Apache-2.0

/// Which workers wait, which are at work, and which must go: what a pool decides, without starting or stopping any.
struct WorkerShelf<Worker> {
    typealias Kind = WorkerLease.Kind

    /// Where a worker for a call comes from.
    enum Source {
        case waiting(Worker)
        /// To be made; a place is kept for it. Another one must make room first.
        case new(stopping: Worker?)
        case none
    }

    private struct Waiting {
        var worker: Worker
        var kind: Kind
        var until: Duration
    }

    /// The one that waits longest comes first.
    private var waiting: [Waiting] = []
    private(set) var counts: [String: WorkerCounts] = [:]
    private var total = 0
    let maximum: Int

    init(maximum: Int) { self.maximum = maximum }

    /// The worker that waited last, because it is the most likely to be in memory; or a place for a new one.
    ///
    /// - Parameter limit: How many of the version there may be at once.
    mutating func take(_ kind: Kind, limit: Int?) -> Source {
        if let place = waiting.lastIndex(where: { $0.kind == kind }) {
            let worker = remove(place)
            begin(kind)
            return .waiting(worker)
        }
        let counts = counts[kind.versionID] ?? WorkerCounts()
        var stopped: Worker?
        if let limit, counts.busy + counts.idle >= limit {
            guard let place = waiting.firstIndex(where: { $0.kind.versionID == kind.versionID }) else { return .none }
            stopped = remove(place)
        } else if total >= maximum {
            guard !waiting.isEmpty else { return .none }
            stopped = remove(0)
        }
        begin(kind)
        return .new(stopping: stopped)
    }

    /// A new worker was made for a place.
    ///
    /// - Parameter isAgain: Whether in the place of one that was lost.
    mutating func started(_ kind: Kind, isAgain: Bool = false) {
        counts[kind.versionID, default: WorkerCounts()].started += 1
        if isAgain { counts[kind.versionID]?.restarted += 1 }
    }

    /// A worker has nothing to do.
    mutating func giveBack(_ worker: Worker, _ kind: Kind, until: Duration) {
        leave(kind)
        total += 1
        counts[kind.versionID, default: WorkerCounts()].idle += 1
        waiting.append(Waiting(worker: worker, kind: kind, until: until))
    }

    /// A worker was lost, but its place is kept for another.
    mutating func lost(_ kind: Kind) { counts[kind.versionID, default: WorkerCounts()].lost += 1 }

    /// The place of a worker is free.
    mutating func leave(_ kind: Kind) {
        counts[kind.versionID, default: WorkerCounts()].busy -= 1
        total -= 1
    }

    /// The workers whose time has come.
    mutating func expired(_ now: Duration) -> [Worker] {
        let places = waiting.indices.filter { waiting[$0].until <= now }
        return places.reversed().map { remove($0) }
    }

    /// All that wait.
    mutating func removeAll() -> [Worker] { waiting.indices.reversed().map { remove($0) } }

    private mutating func begin(_ kind: Kind) {
        counts[kind.versionID, default: WorkerCounts()].busy += 1
        total += 1
    }

    private mutating func remove(_ place: Int) -> Worker {
        let removed = waiting.remove(at: place)
        counts[removed.kind.versionID, default: WorkerCounts()].idle -= 1
        total -= 1
        return removed.worker
    }
}
