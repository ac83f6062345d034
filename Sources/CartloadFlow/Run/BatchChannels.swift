// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore
internal import Synchronization

/// What several batches deliver at the same time: a bounded queue for each, and one receiver who takes from any (I7).
final class BatchChannels: Sendable {
    enum Delivery: Sendable {
        case element(BatchOutput.Element)
        /// A batch that can be begun.
        case batch(BatchDescription)
        /// One that an earlier run gave up.
        case skipped(BatchDescription)
        case ended
        case failed(any Error)
    }

    private struct Queue {
        var deliveries: [Delivery] = []
        var producer: CheckedContinuation<Void, any Error>?
    }

    private struct State {
        var queues: [Int: Queue] = [:]
        var receiver: CheckedContinuation<Void, Never>?
        var isClosed = false
    }

    private let capacity: Int
    private let state = Mutex(State())

    init(capacity: Int) { self.capacity = capacity }

    /// Begins to take from a batch.
    func open(_ number: Int) { state.withLock { $0.queues[number] = Queue() } }

    /// Takes from a batch no more.
    func remove(_ number: Int) {
        let producer = state.withLock { state in
            let queue = state.queues.removeValue(forKey: number)
            return queue?.producer
        }
        producer?.resume(throwing: CancellationError())
    }

    /// Adds a delivery, waiting for room.
    ///
    /// - Throws: `CancellationError` once nobody takes from the batch.
    func send(_ delivery: Delivery, from number: Int) async throws {
        while true {
            let (isSent, receiver) = try state.withLock { state -> (Bool, CheckedContinuation<Void, Never>?) in
                guard !state.isClosed, let count = state.queues[number]?.deliveries.count else {
                    throw CancellationError()
                }
                guard count < capacity else { return (false, nil) }
                state.queues[number]?.deliveries.append(delivery)
                return (true, state.receiver.take())
            }
            receiver?.resume()
            if isSent { return }
            try await withCheckedThrowingContinuation { continuation in
                let outcome: Result<Void, any Error>? = state.withLock { state in
                    guard !state.isClosed, let count = state.queues[number]?.deliveries.count else {
                        return .failure(CancellationError())
                    }
                    if count < capacity { return .success(()) }
                    state.queues[number]?.producer = continuation
                    return nil
                }
                if let outcome { continuation.resume(with: outcome) }
            }
        }
    }

    /// Says how a batch's reading ended.
    func end(_ number: Int, _ failure: (any Error)?) {
        let receiver = state.withLock { state in
            state.queues[number]?.deliveries.append(failure.map { .failed($0) } ?? .ended)
            return state.receiver.take()
        }
        receiver?.resume()
    }

    /// The next delivery of the lowest of these numbers that has one; nil once closed.
    func next(among wanted: Set<Int>) async -> (number: Int, delivery: Delivery)? {
        while true {
            let (found, producer, isClosed) = state.withLock { BatchChannels.take(&$0, wanted) }
            producer?.resume()
            if let found { return found }
            if isClosed { return nil }
            await withCheckedContinuation { continuation in
                let isReady = state.withLock { state in
                    if state.isClosed || BatchChannels.ready(state, wanted) != nil { return true }
                    state.receiver = continuation
                    return false
                }
                if isReady { continuation.resume() }
            }
        }
    }

    private static func ready(_ state: State, _ wanted: Set<Int>) -> Int? {
        wanted.filter { state.queues[$0]?.deliveries.isEmpty == false }.min()
    }

    private static func take(
        _ state: inout State, _ wanted: Set<Int>
    ) -> ((number: Int, delivery: Delivery)?, CheckedContinuation<Void, any Error>?, Bool) {
        guard let ready = ready(state, wanted), let first = state.queues[ready]?.deliveries.first else {
            return (nil, nil, state.isClosed)
        }
        state.queues[ready]?.deliveries.removeFirst()
        return ((ready, first), state.queues[ready]?.producer.take(), false)
    }

    /// Ends everything: nobody takes any more.
    func close() {
        let (producers, receiver) = state.withLock { state in
            state.isClosed = true
            let producers = state.queues.values.compactMap(\.producer)
            state.queues = [:]
            return (producers, state.receiver.take())
        }
        for producer in producers { producer.resume(throwing: CancellationError()) }
        receiver?.resume()
    }
}
