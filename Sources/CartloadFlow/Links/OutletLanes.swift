// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore
internal import Synchronization

/// Writes to several outlets at once, each on a thread of its own.
struct OutletLanes: Sendable {
    typealias Write = @Sendable (PreparedBatch, _ outlet: Int) async throws -> Void

    private let ordering: OutletOrdering
    private let lanes: [Lane]

    init(count: Int, ordering: OutletOrdering) {
        self.ordering = ordering
        lanes = (0..<count).map { _ in Lane() }
    }

    /// Writes what was prepared for some of the outlets: batch by batch, or each outlet as fast as it can.
    ///
    /// - Throws: The first error, when all have ended with that batch.
    func write(_ worked: StreamRun.Worked, to outlets: [Int], _ write: @escaping Write) async throws {
        // Nothing is written for the end of a batch.
        if worked.prepared.isEmpty { return }
        switch ordering {
        case .perOutlet:
            for outlet in outlets where !worked.prepared[outlet].isEmpty {
                try await lanes[outlet].submit(worked.prepared[outlet], outlet, write)
            }
        case .together:
            let batches = worked.ends.first?.count ?? 1
            for batch in 0..<batches {
                var failures: [any Error] = []
                await withTaskGroup(of: (any Error)?.self) { group in
                    for outlet in outlets {
                        let prepared = worked.prepared(for: outlet, batch: batch)
                        if prepared.isEmpty { continue }
                        group.addTask(executorPreference: lanes[outlet].executor) {
                            do {
                                for batch in prepared { try await write(batch, outlet) }
                                return nil
                            } catch {
                                return error
                            }
                        }
                    }
                    for await failure in group { if let failure { failures.append(failure) } }
                }
                if let failure = failures.first { throw failure }
                try Task.checkCancellation()
            }
        }
    }

    /// Waits until everything is written.
    func settle() async throws { for lane in lanes { try await lane.settle() } }

    func stop() { for lane in lanes { lane.stop() } }

    /// One outlet's queue.
    private final class Lane: Sendable {
        private enum Work: Sendable {
            case write([PreparedBatch], outlet: Int, Write)
            case settle(CheckedContinuation<Void, any Error>)
        }

        /// How many pieces an outlet may be behind the others (I7).
        private static let capacity = 8

        let executor = ThreadExecutor()
        private let queue = BoundedChannel<Work>(capacity: Lane.capacity)
        private let state = Mutex<(task: Task<Void, Never>?, failure: (any Error)?)>((nil, nil))

        /// Hands in batches, waiting while the outlet is too far behind.
        func submit(_ batches: [PreparedBatch], _ outlet: Int, _ write: @escaping Write) async throws {
            state.withLock { state in
                if state.task == nil { state.task = Task(executorPreference: executor) { await self.work() } }
            }
            do { try await queue.send(.write(batches, outlet: outlet, write)) } catch { throw failure ?? error }
        }

        private func work() async {
            while let work = try? await queue.next() {  // it is never finished with a failure
                switch work {
                case .write(let batches, let outlet, let write):
                    if failure != nil { continue }
                    do {
                        for batch in batches { try await write(batch, outlet) }
                    } catch {
                        state.withLock { $0.failure = error }
                    }
                case .settle(let waiter):
                    if let failure { waiter.resume(throwing: failure) } else { waiter.resume() }
                }
            }
        }

        private var failure: (any Error)? { state.withLock { $0.failure } }

        /// Waits until everything is written.
        func settle() async throws {
            guard state.withLock({ $0.task }) != nil else { return }
            try await withCheckedThrowingContinuation { waiter in
                Task {
                    do { try await queue.send(.settle(waiter)) } catch { waiter.resume(throwing: error) }
                }
            }
        }

        func stop() {
            queue.finish()
            guard let task = state.withLock({ $0.task }) else { return executor.stop() }
            task.cancel()
            Task {
                await task.value
                executor.stop()
            }
        }
    }
}

extension StreamRun.Worked {
    /// What was prepared for an outlet of one batch of a block.
    fileprivate func prepared(for outlet: Int, batch: Int) -> ArraySlice<PreparedBatch> {
        guard !ends.isEmpty else { return prepared[outlet][...] }
        let ends = ends[outlet]
        return prepared[outlet][(batch == 0 ? 0 : ends[batch - 1])..<ends[batch]]
    }
}
