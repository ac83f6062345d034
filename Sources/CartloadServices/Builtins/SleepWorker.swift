// SPDX-License-Identifier: Apache-2.0

internal import CartloadCompute
internal import CartloadCore
internal import CartloadProcess
internal import Glibc
internal import Synchronization

/// Waits for `milliseconds` with each record.
final class SleepWorker: ServiceWorker {
    private let isStopped = Atomic(false)

    /// How long it waits before it looks whether it was stopped.
    private static let nap = Duration.milliseconds(10)

    func stop() { isStopped.store(true, ordering: .relaxed) }

    func run(_ call: ServiceCall) throws -> ServiceOutcome {
        try PassingTime.outcome(of: call) { time, deadline in
            let end = min(ChildProcess.now() + time, deadline)
            while true {
                let left = min(end - ChildProcess.now(), SleepWorker.nap)
                if left <= .zero { return }
                if isStopped.load(ordering: .relaxed) { throw WorkerLoss(.crashed, "the worker was stopped") }
                var request = timespec(tv_sec: 0, tv_nsec: Int(left / .nanoseconds(1)))
                nanosleep(&request, nil)
            }
        }
    }
}
