// SPDX-License-Identifier: Apache-2.0

import CartloadCore
import Synchronization

/// A destination as another program is: it says later what it has made durable, and what it is still holding is lost in a
/// crash.
struct TargetDestination: Destination {
    /// How the program behaves.
    struct Manner: Sendable, CustomStringConvertible {
        /// How many commits it holds before it makes the oldest of them durable; nil holds all until the last.
        var lag: Int?
        /// Whether it makes durable what it holds when it is told to end.
        var drains = false
        /// Whether records are there as soon as they are written, long before it says so.
        var isEager = false
        /// Whether it acknowledges everything at once, whatever it has done.
        var lies = false

        var description: String {
            "lag \(lag.map(String.init) ?? "∞")\(drains ? ", drains" : "")\(isEager ? ", eager" : "")"
        }
    }

    /// What survives the program.
    final class Place: Sendable {
        struct Kept {
            /// The ids that are there, with the run that wrote them.
            var records: [(run: Int, id: Int)] = []
            /// What was acknowledged: up to which checkpoint, and at which step of the run.
            var acknowledged: [(run: Int, step: Int, checkpoint: Checkpoint)] = []
            var run = 0
        }

        let kept = Mutex(Kept())

        var ids: [Int] { kept.withLock { $0.records.map(\.id) } }
    }

    let place: Place
    let manner: Manner
    let faults: Faults

    func open(_ stream: DestinationStream) async throws -> any DestinationWriter {
        Writer(
            place: place, manner: manner, faults: faults,
            run: place.kept.withLock {
                $0.run += 1; return $0.run
            })
    }

    final class Writer: AcknowledgingWriter {
        struct Held {
            var written: [Int] = []
            var commits: [(commit: Commit, ids: [Int])] = []
            var acknowledged = 0
        }

        let place: Place
        let manner: Manner
        let faults: Faults
        let run: Int
        private let held = Mutex(Held())

        init(place: Place, manner: Manner, faults: Faults, run: Int) {
            self.place = place
            self.manner = manner
            self.faults = faults
            self.run = run
        }

        var acknowledged: Int {
            held.withLock { manner.lies ? $0.commits.last?.commit.sequence ?? $0.acknowledged : $0.acknowledged }
        }

        func write(_ batch: PreparedBatch) async throws {
            try faults.step()
            guard let batch = batch.payload as? RecordBatch else { preconditionFailure("another writer's batch") }
            let ids = try batch.records().compactMap { $0.object["id"]?.intValue }
            if manner.isEager {
                keep(ids)
            } else {
                held.withLock { $0.written += ids }
            }
        }

        func commit(_ commit: Commit) async throws -> JSONValue {
            try faults.step()
            held.withLock { held in
                held.commits.append((commit, held.written))
                held.written = []
            }
            try acknowledge(leaving: commit.isLast ? 0 : manner.lag ?? .max)
            try faults.step()
            return .null
        }

        func close() async throws {
            guard manner.drains, (try? faults.step()) != nil else { return }
            try? acknowledge(leaving: 0)
        }

        private func acknowledge(leaving count: Int) throws {
            while let (commit, ids) = held.withLock({ $0.commits.count > count ? $0.commits.removeFirst() : nil }) {
                keep(ids)
                try faults.step()
                held.withLock { $0.acknowledged = commit.sequence }
                let step = faults.steps
                place.kept.withLock { $0.acknowledged.append((run, step, commit.checkpoint)) }
            }
        }

        private func keep(_ ids: [Int]) { place.kept.withLock { $0.records += ids.map { (run, $0) } } }
    }
}
