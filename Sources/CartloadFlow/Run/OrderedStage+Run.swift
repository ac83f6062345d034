// SPDX-License-Identifier: Apache-2.0

extension OrderedStage {
    /// Runs a reader that submits, workers, and a writer that takes what they made, all at once, until the writer is done.
    ///
    /// Reader and writer have threads of their own. A stop ends the reader's wait for input by cancelling it; what was
    /// submitted before still goes through.
    ///
    /// - Throws: The first error of any of them; the others are then stopped.
    package func run(
        workers: Int, stop: StopRequest, reading: @escaping @Sendable () async throws -> Void,
        working: @escaping @Sendable (Input) async throws -> Output,
        writing: @escaping @Sendable () async throws -> Void
    ) async throws {
        let reader = Task {
            do {
                try await ThreadExecutor.run { try await reading() }
                finish()
            } catch {
                finish(throwing: stop.isRequested && error is CancellationError ? nil : error)
            }
        }
        defer { reader.cancel() }
        stop.onRequest { reader.cancel() }
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            for _ in 0..<workers { tasks.addTask { await self.work(working) } }
            tasks.addTask { try await ThreadExecutor.run { try await writing() } }
            do {
                try await withTaskCancellationHandler {
                    while try await tasks.next() != nil {}
                } onCancel: {
                    cancel()
                }
            } catch {
                cancel()
                tasks.cancelAll()
                throw error
            }
        }
    }
}
