// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// Work done on several cores at once whose results come out in the order in which the work went in (I6).
///
/// One task submits, several work, one receives. The number of pieces between ``submit(_:)`` and the ``next()`` that
/// follows theirs is bounded (I7), in whatever order they finish.
package final class OrderedStage<Input: Sendable, Output: Sendable>: Sendable {
    private struct State: ~Copyable {
        var waiting: [(number: Int, input: Input)] = []
        var finished: [Int: Result<Output, any Error>] = [:]
        var interjection: Output?
        var submitted = 0
        /// How many results have been received and done with.
        var delivered = 0
        /// Set once nothing more will be submitted.
        var end: Result<Void, any Error>?
        var isCancelled = false
        var submitter: CheckedContinuation<Void, Never>?
        var workers: [CheckedContinuation<Void, Never>] = []
        var receiver: CheckedContinuation<Void, Never>?
    }

    private enum SubmitStep { case submitted(CheckedContinuation<Void, Never>?), wait }
    private enum TakeStep { case piece(Int, Input), end, wait }
    private enum NextStep {
        case output(Result<Output, any Error>), interjection(Output), end(Result<Void, any Error>), wait
    }

    private let limit: Int
    private let state = Mutex(State())

    /// - Parameter limit: How many pieces may be in flight.
    package init(limit: Int) {
        precondition(limit > 0, "a stage needs room for a piece")
        self.limit = limit
    }

    /// Hands in a piece, waiting while too many are in flight.
    ///
    /// - Throws: `CancellationError` once the stage is cancelled.
    package func submit(_ input: Input) async throws {
        while true {
            let step: SubmitStep = try state.withLock { state in
                if state.isCancelled { throw CancellationError() }
                guard state.submitted - state.delivered < limit else { return .wait }
                state.waiting.append((state.submitted, input))
                state.submitted += 1
                return .submitted(state.workers.popLast())
            }
            if case .submitted(let worker) = step {
                worker?.resume()
                return
            }
            await withCheckedContinuation { continuation in
                let isReady = state.withLock { state in
                    if state.isCancelled || state.submitted - state.delivered < limit { return true }
                    state.submitter = continuation
                    return false
                }
                if isReady { continuation.resume() }
            }
        }
    }

    /// Says that no more will be submitted; the receiver meets a failure after every result before it.
    package func finish(throwing failure: (any Error)? = nil) {
        wake { state in
            if state.end == nil { state.end = failure.map { .failure($0) } ?? .success(()) }
        }
    }

    /// Stops everything: nothing waiting is worked on, and everyone who waits is let go.
    package func cancel() {
        wake { state in
            state.isCancelled = true
            state.waiting.removeAll()
        }
    }

    private func wake(_ change: (inout State) -> Void) {
        let (submitter, workers, receiver) = state.withLock { state in
            change(&state)
            let workers = state.workers
            state.workers.removeAll()
            return (state.submitter.take(), workers, state.receiver.take())
        }
        submitter?.resume()
        receiver?.resume()
        for worker in workers { worker.resume() }
    }

    /// One worker's loop; call it from as many tasks as there are cores.
    package func work(_ body: @Sendable (Input) async throws -> Output) async {
        while let (number, input) = await take() {
            let result: Result<Output, any Error>
            do { result = .success(try await body(input)) } catch { result = .failure(error) }
            let receiver = state.withLock { state in
                state.finished[number] = result
                return number == state.delivered ? state.receiver.take() : nil
            }
            receiver?.resume()
        }
    }

    private func take() async -> (Int, Input)? {
        while true {
            let step: TakeStep = state.withLock { state in
                if !state.waiting.isEmpty {
                    let (number, input) = state.waiting.removeFirst()
                    return .piece(number, input)
                }
                return state.end != nil || state.isCancelled ? .end : .wait
            }
            switch step {
            case .piece(let number, let input): return (number, input)
            case .end: return nil
            case .wait:
                await withCheckedContinuation { continuation in
                    let isReady = state.withLock { state in
                        if !state.waiting.isEmpty || state.end != nil || state.isCancelled { return true }
                        state.workers.append(continuation)
                        return false
                    }
                    if isReady { continuation.resume() }
                }
            }
        }
    }

    /// The next result in order; nil at the end. The piece counts as in flight until the call after.
    ///
    /// - Throws: The error of the piece whose turn it is, or of ``finish(throwing:)``; `CancellationError` after ``cancel()``.
    package func next() async throws -> Output? {
        while true {
            let step: NextStep = try state.withLock { state in
                if state.isCancelled { throw CancellationError() }
                if let output = state.interjection.take() { return .interjection(output) }
                if let result = state.finished.removeValue(forKey: state.delivered) { return .output(result) }
                if let end = state.end, state.delivered == state.submitted { return .end(end) }
                return .wait
            }
            switch step {
            case .output(let result): return try result.get()
            case .interjection(let output): return output
            case .end(let end):
                try end.get()
                return nil
            case .wait:
                await withCheckedContinuation { continuation in
                    let isReady = state.withLock { state in
                        if state.finished[state.delivered] != nil || state.isCancelled { return true }
                        if state.interjection != nil { return true }
                        if state.end != nil, state.delivered == state.submitted { return true }
                        state.receiver = continuation
                        return false
                    }
                    if isReady { continuation.resume() }
                }
            }
        }
    }

    /// Gives the receiver something out of order, such as the time; it does not count as in flight and is not released.
    ///
    /// One is held at a time; a second before it was received replaces it.
    package func interject(_ output: Output) {
        let receiver = state.withLock { state in
            state.interjection = output
            return state.receiver.take()
        }
        receiver?.resume()
    }

    /// Says that the result of the last ``next()`` is done with, which makes room for another piece.
    package func release() {
        let submitter = state.withLock { state in
            state.delivered += 1
            return state.submitter.take()
        }
        submitter?.resume()
    }
}
