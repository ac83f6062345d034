// SPDX-License-Identifier: Apache-2.0

/// Pieces from one reader through work on several cores to one writer, in order, with a bounded number of them under way
/// (I7); now and then the writer is told that time has passed.
package struct OrderedPipeline<Piece: Sendable, Work: Sendable>: Sendable {
    /// How the writer gets its work: the next piece, and saying that it is done with.
    package typealias Output = (
        next: @Sendable () async throws -> Work?, release: @Sendable () -> Void
    )

    let workers: Int
    /// Ends the reading after what has been read.
    let stop: StopRequest
    /// What the writer gets while nothing else comes, and how to wait between two of them.
    let tick: Work
    let pause: @Sendable () async -> Void

    package init(workers: Int, stop: StopRequest, tick: Work, pause: @escaping @Sendable () async -> Void) {
        self.workers = workers
        self.stop = stop
        self.tick = tick
        self.pause = pause
    }

    /// Runs to the end of the reading, or to a stop.
    ///
    /// - Parameters:
    ///   - read: Submits the pieces, on a thread of its own.
    ///   - work: Works on one piece, on any core.
    ///   - write: The writer's loop, on a thread of its own; ticks are not released.
    package func run(
        read: @escaping @Sendable (OrderedStage<Piece, Work>) async throws -> Void,
        work: @escaping @Sendable (Piece) throws -> Work, write: @escaping @Sendable (Output) async throws -> Void
    ) async throws {
        let stage = OrderedStage<Piece, Work>(limit: workers + 2)
        let reading = Task {
            do {
                try await ThreadExecutor.run { try await read(stage) }
                stage.finish()
            } catch {
                // A stop ends the wait for input by cancelling it.
                stage.finish(throwing: stop.isRequested && error is CancellationError ? nil : error)
            }
        }
        defer { reading.cancel() }
        stop.onRequest { reading.cancel() }
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            for _ in 0..<workers {
                tasks.addTask { await stage.work { try work($0) } }
            }
            let ticking = Task {
                while !Task.isCancelled {
                    await pause()
                    if !Task.isCancelled { stage.interject(tick) }
                }
            }
            defer { ticking.cancel() }
            tasks.addTask { try await ThreadExecutor.run { try await write((stage.next, stage.release)) } }
            do {
                try await withTaskCancellationHandler {
                    while try await tasks.next() != nil {}
                } onCancel: {
                    stage.cancel()
                }
            } catch {
                stage.cancel()
                tasks.cancelAll()
                throw error
            }
        }
    }
}
