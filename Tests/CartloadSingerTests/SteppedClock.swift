// SPDX-License-Identifier: Apache-2.0

import CartloadCore
import CartloadFlow
import CartloadSinger
import Synchronization

/// A clock that moves only when it is told to, and wakes those whose time has come.
final class SteppedClock: Sendable {
    private struct State {
        var now = Duration.zero
        var sleepers: [Int: (due: Duration, wake: CheckedContinuation<Void, Never>)] = [:]
        var cancelled: Set<Int> = []
        var next = 0
        var watchers: [CheckedContinuation<Void, Never>] = []
    }

    /// 2026-11-20T10:27:40.607921+00:00
    static let start: Int64 = 1_795_170_460_607_921

    private let state = Mutex(State())

    var clock: RunClock {
        RunClock(
            now: { self.state.withLock { $0.now } }, wallSeconds: { SteppedClock.start / 1_000_000 },
            sleep: { await self.sleep($0) },
            wall: { Instant(microseconds: SteppedClock.start) + self.state.withLock { $0.now } })
    }

    /// Moves on, and wakes those who have slept long enough.
    func advance(by duration: Duration) {
        let woken = state.withLock { state in
            state.now += duration
            let due = state.sleepers.filter { $0.value.due <= state.now }
            for id in due.keys { state.sleepers[id] = nil }
            return due.values.map(\.wake)
        }
        for sleeper in woken { sleeper.resume() }
    }

    /// Waits until somebody sleeps.
    func untilSomebodySleeps() async {
        await withCheckedContinuation { continuation in
            let isReady = state.withLock { state in
                if state.sleepers.isEmpty { state.watchers.append(continuation) }
                return !state.sleepers.isEmpty
            }
            if isReady { continuation.resume() }
        }
    }

    private func sleep(_ duration: Duration) async {
        let id = state.withLock { state in
            state.next += 1
            return state.next
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let (isOver, watchers) = state.withLock { state in
                    if state.cancelled.remove(id) != nil { return (true, [CheckedContinuation<Void, Never>]()) }
                    state.sleepers[id] = (state.now + duration, continuation)
                    defer { state.watchers = [] }
                    return (false, state.watchers)
                }
                if isOver { continuation.resume() }
                for watcher in watchers { watcher.resume() }
            }
        } onCancel: {
            let sleeper = state.withLock { state in
                let sleeper = state.sleepers.removeValue(forKey: id)
                if sleeper == nil { state.cancelled.insert(id) }
                return sleeper
            }
            sleeper?.wake.resume()
        }
    }
}
