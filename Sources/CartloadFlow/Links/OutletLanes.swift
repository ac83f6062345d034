// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore
internal import Synchronization

/// Writes to several outlets at once, each on a thread of its own.
struct OutletLanes: Sendable {
    typealias Write = @Sendable (PreparedBatch, _ route: Int) async throws -> Void

    private let ordering: OutletOrdering
    private let lanes: [Lane]

    init(count: Int, ordering: OutletOrdering) {
        self.ordering = ordering
        lanes = (0..<count).map { _ in Lane() }
    }

    /// Writes what was prepared for some of the routes: batch by batch, or each route as fast as it can.
    ///
    /// - Throws: The first error, when all have ended with that batch.
    func write(_ worked: StreamRun.Worked, to routes: [Int], _ write: @escaping Write) async throws {
        // Nothing is written for the end of a batch.
        if worked.prepared.isEmpty { return }
        switch ordering {
        case .perOutlet:
            for route in routes where !worked.prepared[route].isEmpty {
                try await lanes[route].submit(worked.prepared[route], route, write)
            }
        case .together:
            let batches = worked.ends.first?.count ?? 1
            for batch in 0..<batches {
                var failures: [any Error] = []
                await withTaskGroup(of: (any Error)?.self) { group in
                    for route in routes {
                        let prepared = worked.prepared(for: route, batch: batch)
                        if prepared.isEmpty { continue }
                        group.addTask(executorPreference: lanes[route].executor) {
                            do {
                                for batch in prepared { try await write(batch, route) }
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
            case write([PreparedBatch], route: Int, Write)
            case settle(CheckedContinuation<Void, any Error>)
        }

        /// How many pieces an outlet may be behind the others (I7).
        private static let capacity = 8

        let executor = ThreadExecutor()
        private let queue = BoundedChannel<Work>(capacity: Lane.capacity)
        private let state = Mutex<(task: Task<Void, Never>?, failure: (any Error)?)>((nil, nil))

        /// Hands in batches, waiting while the outlet is too far behind.
        func submit(_ batches: [PreparedBatch], _ route: Int, _ write: @escaping Write) async throws {
            state.withLock { state in
                if state.task == nil { state.task = Task(executorPreference: executor) { await self.work() } }
            }
            do { try await queue.send(.write(batches, route: route, write)) } catch { throw failure ?? error }
        }

        private func work() async {
            while let work = try? await queue.next() {  // it is never finished with a failure
                switch work {
                case .write(let batches, let route, let write):
                    if failure != nil { continue }
                    do {
                        for batch in batches { try await write(batch, route) }
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
    /// What was prepared for a route of one batch of a block.
    fileprivate func prepared(for route: Int, batch: Int) -> ArraySlice<PreparedBatch> {
        guard !ends.isEmpty else { return prepared[route][...] }
        let ends = ends[route]
        return prepared[route][(batch == 0 ? 0 : ends[batch - 1])..<ends[batch]]
    }
}
