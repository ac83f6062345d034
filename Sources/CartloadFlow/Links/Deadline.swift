// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore
internal import Synchronization

/// A limit for work that may never end, even when it is cancelled.
enum Deadline {
    /// Waits for `body`, at most so long; then cancels it and no longer waits.
    ///
    /// - Throws: What `body` throws, or `failure` once the time is over.
    static func run(
        _ limit: Duration, _ clock: RunClock, body: @escaping @Sendable () async throws -> Void,
        failure: @escaping @Sendable () -> any Error
    ) async throws {
        let outcome = Outcome()
        let work = Task {
            do {
                try await body()
                outcome.settle(.success(()))
            } catch {
                outcome.settle(.failure(error))
            }
        }
        let timer = Task {
            try await clock.sleep(limit)
            outcome.settle(.failure(failure()))
            work.cancel()
        }
        defer { timer.cancel() }
        try await withTaskCancellationHandler {
            try await outcome.value()
        } onCancel: {
            work.cancel()
            outcome.settle(.failure(CancellationError()))
        }
    }

    /// The first result counts.
    private final class Outcome: Sendable {
        private let state = Mutex<(result: Result<Void, any Error>?, waiter: CheckedContinuation<Void, any Error>?)>(
            (nil, nil))

        func settle(_ result: Result<Void, any Error>) {
            let waiter = state.withLock { state in
                guard state.result == nil else { return nil as CheckedContinuation<Void, any Error>? }
                state.result = result
                return state.waiter.take()
            }
            waiter?.resume(with: result)
        }

        func value() async throws {
            try await withCheckedThrowingContinuation { continuation in
                let result = state.withLock { state in
                    if state.result == nil { state.waiter = continuation }
                    return state.result
                }
                if let result { continuation.resume(with: result) }
            }
        }
    }
}
