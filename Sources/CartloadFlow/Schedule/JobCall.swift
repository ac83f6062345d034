// SPDX-License-Identifier: Apache-2.0

/// A call into a job, which can be cancelled, is limited in time, and can be left behind.
struct JobCall: Sendable {
    enum Outcome: Sendable {
        case done
        case failed(any Error)
        /// It was cancelled from outside, and ended with an error.
        case cancelled
        /// It was cancelled because its time was over, and ended somehow.
        case timedOut
        /// It did not end although it was cancelled.
        case leftBehind
    }

    private let task: Task<Outcome, Never>
    private let deadlines: PlannerDeadlines

    /// - Parameter deadline: When it is cancelled, on the monotonic clock.
    init(_ deadlines: PlannerDeadlines, deadline: Duration? = nil, _ body: @escaping @Sendable () async throws -> Void)
    {
        self.deadlines = deadlines
        // Detached: what a job does is nothing for the planner's actor.
        task = Task.detached {
            let work = Task { try await body() }
            let over = StopRequest()
            let number = deadline.map { deadline in
                deadlines.add(at: deadline) {
                    over.request()
                    work.cancel()
                }
            }
            let result = await withTaskCancellationHandler {
                await work.result
            } onCancel: {
                work.cancel()
            }
            if let number { deadlines.callOff(number) }
            if over.isRequested { return .timedOut }
            switch result {
            case .success: return .done
            case .failure(let error): return Task.isCancelled ? .cancelled : .failed(error)
            }
        }
    }

    func cancel() { task.cancel() }

    /// Waits for the end, however long it takes.
    func outcome() async -> Outcome { await task.value }

    /// Waits for the end until a time on the monotonic clock.
    func outcome(leavingBehindAt deadline: Duration) async -> Outcome {
        let answer = FirstAnswer<Outcome>()
        Task.detached { [task] in answer.give(await task.value) }
        let number = deadlines.add(at: deadline) { answer.give(.leftBehind) }
        defer { deadlines.callOff(number) }
        return await answer.value()
    }
}
