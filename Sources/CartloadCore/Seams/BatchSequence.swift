// SPDX-License-Identifier: Apache-2.0

internal import Synchronization

/// Batches in order, each made when it is asked for: for streams with millions of them, or whose batches come from a query.
public struct BatchSequence: Sendable {
    private let make: @Sendable () async throws -> BatchDescription?

    /// - Parameter next: The next batch, nil at the end; called by one task at a time, and no more after nil.
    public init(next: @escaping @Sendable () async throws -> BatchDescription?) { make = next }

    /// Batches that are known already.
    public init(_ batches: [BatchDescription]) {
        let rest = Mutex(batches[...])
        make = { rest.withLock { $0.popFirst() } }
    }

    /// The next batch; nil at the end.
    public func next() async throws -> BatchDescription? { try await make() }
}

/// A stream that makes its batches one at a time.
///
/// The engine asks for a batch only when it is about to read it, or soon, so a batch may depend on what was known by then.
/// ``Stream/batches(since:)`` is not called for it.
public protocol LazilyBatchedStream: Stream {
    /// The batches still to be read, in order.
    ///
    /// - Parameter checkpoint: Where an earlier run got to, nil at first. Batches that it covers are left out.
    func batchSequence(since checkpoint: Checkpoint?) async throws -> BatchSequence
}
