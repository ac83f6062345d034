// SPDX-License-Identifier: Apache-2.0

internal import CartloadFlow

/// An answer that one task waits for and another gives.
struct OneAnswer<Value: Sendable>: Sendable {
    private let channel = BoundedChannel<Value>(capacity: 1)

    init() {}

    func give(_ result: Result<Value, any Error>) async {
        switch result {
        case .success(let value): try? await channel.send(value)  // nobody waits any more
        case .failure(let error): channel.finish(throwing: error)
        }
    }

    /// - Throws: The failure given, or `CancellationError`.
    func value() async throws -> Value {
        try await withTaskCancellationHandler {
            guard let value = try await channel.next() else { throw CancellationError() }
            return value
        } onCancel: {
            channel.finish(throwing: CancellationError())
        }
    }
}
