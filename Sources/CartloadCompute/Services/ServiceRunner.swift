// SPDX-License-Identifier: Apache-2.0

/// Makes the workers of a service.
public protocol ServiceRunner: Sendable {
    /// A new worker; may block while it starts.
    ///
    /// - Throws: `CartloadError` when it cannot start; the chunk is tried again with a delay.
    func makeWorker() throws -> any ServiceWorker
}

/// Runs records, one call at a time, on any thread; calls may block.
///
/// ``run(_:)`` is called again and again until it throws or ``stop()`` is called, which may happen on another thread while a
/// call runs and then ends that call soon.
public protocol ServiceWorker: AnyObject, Sendable {
    /// The outputs of records.
    ///
    /// A record that cannot be computed is a ``RecordProblem`` in its place, never an error that is thrown.
    ///
    /// - Throws: ``WorkerLoss`` when the worker crashed, hung or lost step; it is not used again.
    func run(_ call: ServiceCall) throws -> ServiceOutcome

    /// Ends it; harmless when it has ended.
    func stop()

    /// Whether it can still be given a call, as far as one can see without giving it one.
    var isUsable: Bool { get }
}

extension ServiceWorker {
    public var isUsable: Bool { true }

    public func stop() {}
}
