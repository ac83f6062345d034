// SPDX-License-Identifier: Apache-2.0

public import CartloadCore
internal import CartloadFlow
internal import Synchronization

/// A clock that moves only when it is told to.
public final class ManualClock: Sendable {
    private struct Sleeper {
        var until: Duration
        var continuation: CheckedContinuation<Void, any Error>
    }

    private struct State {
        var elapsed: Duration
        /// What the wall clock showed when nothing had elapsed.
        var wall: Instant
        var sleepers: [Int: Sleeper] = [:]
        /// Sleeps that were cancelled before they began.
        var cancelled: Set<Int> = []
        var nextSleeper = 0
    }

    private let state: Mutex<State>

    /// - Parameter wall: What the wall clock shows at the start; 1970 unless given.
    public init(_ start: Duration = .zero, wall: Instant = Instant(microseconds: 0)) {
        state = Mutex(State(elapsed: start, wall: wall))
    }

    /// Moves both clocks on, and wakes who has slept long enough.
    public func advance(by duration: Duration) {
        let woken = state.withLock { state in
            state.elapsed += duration
            let due = state.sleepers.filter { $0.value.until <= state.elapsed }
            for number in due.keys { state.sleepers[number] = nil }
            return due.sorted { $0.value.until < $1.value.until }.map(\.value.continuation)
        }
        for continuation in woken { continuation.resume() }
    }

    /// Sets the wall clock forwards or back, as somebody may; the other clock stays.
    public func setWall(by duration: Duration) { state.withLock { $0.wall = $0.wall + duration } }

    /// This clock as a run reads it; its wall clock began in 1970 unless it was told otherwise.
    public var runClock: RunClock {
        RunClock(
            now: { self.state.withLock { $0.elapsed } },
            wallSeconds: { self.wall.microseconds / 1_000_000 },
            wall: { self.wall },
            sleepUntil: { try await self.sleep(until: $0) })
    }

    private var wall: Instant { state.withLock { $0.wall + $0.elapsed } }

    private func sleep(until time: Duration) async throws {
        let number = state.withLock { state in
            state.nextSleeper += 1
            return state.nextSleeper
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
                let result: Result<Void, any Error>? = state.withLock { state in
                    if state.cancelled.remove(number) != nil { return .failure(CancellationError()) }
                    if time <= state.elapsed { return .success(()) }
                    state.sleepers[number] = Sleeper(until: time, continuation: continuation)
                    return nil
                }
                if let result { continuation.resume(with: result) }
            }
        } onCancel: {
            let sleeper = state.withLock { state in
                let sleeper = state.sleepers.removeValue(forKey: number)
                if sleeper == nil { state.cancelled.insert(number) }
                return sleeper
            }
            sleeper?.continuation.resume(throwing: CancellationError())
        }
    }
}
