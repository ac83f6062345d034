// SPDX-License-Identifier: Apache-2.0

internal import CartloadCompute
internal import CartloadProcess
internal import Glibc
internal import Synchronization

/// Computes for `milliseconds` of its thread's time with each record.
final class SpinWorker: ServiceWorker {
    private let isStopped = Atomic(false)

    func stop() { isStopped.store(true, ordering: .relaxed) }

    func run(_ call: ServiceCall) throws -> ServiceOutcome {
        try PassingTime.outcome(of: call) { time, deadline in
            let end = SpinWorker.used() + time
            while SpinWorker.used() < end, ChildProcess.now() < deadline {
                if isStopped.load(ordering: .relaxed) { throw WorkerLoss(.crashed, "the worker was stopped") }
            }
        }
    }

    /// Time of computing of this thread.
    private static func used() -> Duration {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
    }
}
