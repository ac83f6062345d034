// SPDX-License-Identifier: Apache-2.0

/// Runs calls on the workers of services: finds or starts one, and tries again where a worker is lost.
public protocol WorkerSupply: Sendable {
    /// Blocks until the call is answered.
    ///
    /// - Parameter cancellation: Ends it from another thread.
    /// - Throws: `CartloadError` when no worker starts; `CancellationError`. A lost worker is tried again and then shows in the
    ///   outcome.
    func run(_ call: ServiceCall, of service: Service, cancellation: RunCancellation) throws -> IsolatedOutcome

    /// Ends all workers; calls that run end soon.
    func stop()
}

/// Workers of a pool.
public struct PooledWorkers: WorkerSupply {
    public let pool: WorkerPool
    private let isolation: IsolatedRun.Options

    public init(_ pool: WorkerPool, isolation: IsolatedRun.Options = IsolatedRun.Options()) {
        self.pool = pool
        self.isolation = isolation
    }

    public func run(
        _ call: ServiceCall, of service: Service, cancellation: RunCancellation
    ) throws -> IsolatedOutcome {
        try IsolatedRun(service, pool: pool, options: isolation).run(call, cancellation: cancellation)
    }

    public func stop() { pool.stopAll() }
}
