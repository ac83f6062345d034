// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore
internal import Glibc

/// A thread of its own for tasks that block: file and database calls never hold up the cooperative pool.
///
/// Measured: eight tasks that block for 300 ms on two cores delay a 10 ms timer by 1.2 s on the cooperative pool, and by
/// nothing when each has its own thread.
///
/// Unchecked because `jobs` and `isStopped` are touched only under `mutex`.
package final class ThreadExecutor: TaskExecutor, @unchecked Sendable {
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    private var jobs: [UnownedJob] = []
    private var isStopped = false

    package init() {
        pthread_mutex_init(mutex, nil)
        pthread_cond_init(condition, nil)
        do {
            try SystemThread.detach(stackSize: 1 << 20) { self.work() }
        } catch {
            preconditionFailure("no thread could be started: \(error)")
        }
    }

    deinit {
        pthread_mutex_destroy(mutex)
        pthread_cond_destroy(condition)
        mutex.deallocate()
        condition.deallocate()
    }

    package func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        pthread_mutex_lock(mutex)
        jobs.append(job)
        pthread_cond_signal(condition)
        pthread_mutex_unlock(mutex)
    }

    /// Lets the thread end once its queue is empty; no task may prefer this executor afterwards.
    package func stop() {
        pthread_mutex_lock(mutex)
        isStopped = true
        pthread_cond_signal(condition)
        pthread_mutex_unlock(mutex)
    }

    private func work() {
        while let job = next() { job.runSynchronously(on: asUnownedTaskExecutor()) }
    }

    private func next() -> UnownedJob? {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        while jobs.isEmpty {
            if isStopped { return nil }
            pthread_cond_wait(condition, mutex)
        }
        return jobs.removeFirst()
    }

    /// Runs a body on a thread of its own, which ends with it.
    package static func run<Result: Sendable>(
        _ body: @Sendable () async throws -> Result
    ) async throws -> Result {
        let executor = ThreadExecutor()
        defer { executor.stop() }
        return try await withTaskExecutorPreference(executor) { try await body() }
    }
}
