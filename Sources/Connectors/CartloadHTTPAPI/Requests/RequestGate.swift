// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore
internal import CartloadStorage
internal import Synchronization

/// Lets requests begin as a ``RateLimit`` allows; all streams of a source share one.
final class RequestGate: Sendable {
    private struct State {
        var budget: RateBudget
        var running = 0
        var nextTicket = 0
        /// In the order in which they came.
        var waiting: [(ticket: Int, continuation: CheckedContinuation<Void, any Error>)] = []
        var cancelled: Set<Int> = []
    }

    private let limit: RateLimit
    private let clock: APIClock
    private let state: Mutex<State>

    init(_ limit: RateLimit, _ clock: APIClock) {
        self.limit = limit
        self.clock = clock
        state = Mutex(State(budget: RateBudget(limit)))
    }

    /// Runs a request when it may begin.
    func run<Result>(_ body: () async throws -> Result) async throws -> Result {
        try await enter()
        defer { leave() }
        while let wait = state.withLock({ $0.budget.begin(clock.now()) }) { try await clock.sleep(wait) }
        return try await body()
    }

    /// Nobody asks before so much time has gone by.
    func close(for duration: Duration) {
        let until = clock.now() + duration
        state.withLock { $0.budget.close(until: until) }
    }

    /// Heeds what the headers of an answer say.
    func heed(_ head: HTTPResponseHead) {
        guard let remaining = limit.remainingHeader.flatMap({ head.headers[$0] }), let left = Double(remaining),
            left < 1,
            let text = limit.resetHeader.flatMap({ head.headers[$0] }), let number = Double(text)
        else { return }
        let seconds =
            limit.reset == .seconds ? number : number - Double(clock.instant().microseconds) / 1_000_000
        // A clock that is wrong must not stop everything for a day.
        guard seconds > 0, seconds < 86_400 else { return }
        close(for: .milliseconds(Int(seconds * 1000)))
    }

    private func enter() async throws {
        try Task.checkCancellation()
        let ticket = state.withLock { state -> Int? in
            guard state.running >= limit.concurrency else {
                state.running += 1
                return nil
            }
            state.nextTicket += 1
            return state.nextTicket
        }
        guard let ticket else { return }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let outcome = state.withLock { state -> Result<Void, any Error>? in
                    if state.cancelled.remove(ticket) != nil { return .failure(CancellationError()) }
                    if state.running < limit.concurrency {
                        state.running += 1
                        return .success(())
                    }
                    state.waiting.append((ticket, continuation))
                    return nil
                }
                if let outcome { continuation.resume(with: outcome) }
            }
        } onCancel: {
            let continuation = state.withLock { state -> CheckedContinuation<Void, any Error>? in
                guard let index = state.waiting.firstIndex(where: { $0.ticket == ticket }) else {
                    state.cancelled.insert(ticket)
                    return nil
                }
                return state.waiting.remove(at: index).continuation
            }
            continuation?.resume(throwing: CancellationError())
        }
    }

    private func leave() {
        let next = state.withLock { state -> CheckedContinuation<Void, any Error>? in
            guard !state.waiting.isEmpty else {
                state.running -= 1
                return nil
            }
            // Its place goes on to who has waited longest.
            return state.waiting.removeFirst().continuation
        }
        next?.resume()
    }
}
