// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore
internal import Synchronization

/// Lets a thread that may block wait for something asynchronous.
enum Waiting {
    /// What `body` gives; must not be called on a thread of the concurrency pool.
    static func result<Value: Sendable>(_ body: @escaping @Sendable () async throws -> Value) throws -> Value {
        let signal = Semaphore()
        let outcome = Box<Value>()
        Task.detached {
            do {
                outcome.set(.success(try await body()))
            } catch {
                outcome.set(.failure(error))
            }
            signal.post()
        }
        signal.wait()
        return try outcome.get()
    }

    private final class Box<Value: Sendable>: Sendable {
        private let value = Mutex<Result<Value, any Error>?>(nil)

        func set(_ result: Result<Value, any Error>) { value.withLock { $0 = result } }

        func get() throws -> Value {
            guard let result = value.withLock({ $0 }) else { throw CancellationError() }
            return try result.get()
        }
    }
}
