// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore
internal import Synchronization

/// Threads that run jobs, since jobs block: as many as there is work for, up to a limit; they live until the end, because the
/// children that they start end with them.
final class WorkerThreads: Sendable {
    private struct State {
        var threads = 0
        var idle = 0
        /// How many idle ones were woken and have not noticed yet.
        var woken = 0
        /// Jobs that came while all were at work: who looked for one just before them looks again.
        var missed = 0
        var isStopping = false
    }

    private let limit: Int
    /// Runs one job if there is one.
    private let runNext: @Sendable () -> Bool
    private let state = Mutex(State())
    private let signal = Semaphore()

    init(limit: Int, runNext: @escaping @Sendable () -> Bool) {
        self.limit = max(1, limit)
        self.runNext = runNext
    }

    /// There may be a job: wakes a thread, or starts one.
    func wake() {
        enum Step { case post, start, none }
        let step = state.withLock { state -> Step in
            if state.isStopping { return .none }
            if state.idle > state.woken {
                state.woken += 1
                return .post
            }
            if state.threads < limit {
                state.threads += 1
                return .start
            }
            state.missed = min(state.missed + 1, limit)
            return .none
        }
        switch step {
        case .post: signal.post()
        case .start: start()
        case .none: break
        }
    }

    /// Lets threads end after the jobs that they run.
    func stop() {
        let threads = state.withLock { state in
            state.isStopping = true
            return state.threads
        }
        for _ in 0..<threads { signal.post() }
    }

    private func start() {
        do {
            try SystemThread.detach { self.loop() }
        } catch {
            state.withLock { $0.threads -= 1 }
        }
    }

    private func loop() {
        while true {
            while runNext() {}
            enum Step { case again, wait, end }
            let step = state.withLock { state -> Step in
                if state.isStopping { return .end }
                if state.missed > 0 {
                    state.missed -= 1
                    return .again
                }
                state.idle += 1
                return .wait
            }
            switch step {
            case .again: continue
            case .end: return
            case .wait: signal.wait()
            }
            state.withLock { state in
                state.idle -= 1
                state.woken = max(0, state.woken - 1)
            }
        }
    }
}
