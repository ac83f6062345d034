// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// A queue between one producer and one consumer that suspends the producer while it is full (I7).
///
/// `AsyncStream` has no back-pressure: it drops or grows.
package final class BoundedChannel<Element: Sendable>: Sendable {
    private struct State: ~Copyable {
        var elements: [Element] = []
        var isFinished = false
        var failure: (any Error)?
        var producer: CheckedContinuation<Void, any Error>?
        var consumer: CheckedContinuation<Void, Never>?
    }

    private enum SendStep { case sent(CheckedContinuation<Void, Never>?), wait }
    private enum NextStep { case element(Element, CheckedContinuation<Void, any Error>?), end, wait }

    private let capacity: Int
    private let state = Mutex(State())

    package init(capacity: Int) {
        precondition(capacity > 0, "a channel needs room for an element")
        self.capacity = capacity
    }

    /// Whether everything that was sent has been taken.
    package var isEmpty: Bool { state.withLock { $0.elements.isEmpty } }

    /// Adds an element, waiting for room.
    ///
    /// - Throws: `CancellationError` once the consumer has gone.
    package func send(_ element: Element) async throws {
        while true {
            let step: SendStep = try state.withLock { state in
                if state.isFinished { throw CancellationError() }
                guard state.elements.count < capacity else { return .wait }
                state.elements.append(element)
                return .sent(state.consumer.take())
            }
            if case .sent(let consumer) = step {
                consumer?.resume()
                return
            }
            try await withCheckedThrowingContinuation { continuation in
                let outcome: Result<Void, any Error>? = state.withLock { state in
                    if state.isFinished { return .failure(CancellationError()) }
                    if state.elements.count < capacity { return .success(()) }
                    state.producer = continuation
                    return nil
                }
                if let outcome { continuation.resume(with: outcome) }
            }
        }
    }

    /// The next element; nil at the end.
    ///
    /// - Throws: What ``finish(throwing:)`` was given, after the elements before it.
    package func next() async throws -> Element? {
        while true {
            let step: NextStep = try state.withLock { state in
                if !state.elements.isEmpty { return .element(state.elements.removeFirst(), state.producer.take()) }
                if let failure = state.failure { throw failure }
                return state.isFinished ? .end : .wait
            }
            switch step {
            case .element(let element, let producer):
                producer?.resume()
                return element
            case .end: return nil
            case .wait:
                await withCheckedContinuation { continuation in
                    let isReady = state.withLock { state in
                        if !state.elements.isEmpty || state.isFinished { return true }
                        state.consumer = continuation
                        return false
                    }
                    if isReady { continuation.resume() }
                }
            }
        }
    }

    /// Ends the channel from either side; later sends fail, elements already in it can still be taken.
    package func finish(throwing failure: (any Error)? = nil) {
        let (producer, consumer) = state.withLock { state in
            if !state.isFinished {
                state.isFinished = true
                state.failure = failure
            }
            return (state.producer.take(), state.consumer.take())
        }
        producer?.resume(throwing: CancellationError())
        consumer?.resume()
    }
}
