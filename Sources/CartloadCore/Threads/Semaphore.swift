// SPDX-License-Identifier: Apache-2.0

internal import Glibc

/// Lets threads wait until others have posted; never one of the cooperative pool.
package final class Semaphore: @unchecked Sendable {  // the system's semaphore may be used from any thread
    private let semaphore = UnsafeMutablePointer<sem_t>.allocate(capacity: 1)

    /// Nobody has posted yet.
    package init() { sem_init(semaphore, 0, 0) }

    deinit {
        sem_destroy(semaphore)
        semaphore.deallocate()
    }

    /// Takes one post; waits for it when there is none.
    package func wait() { while sem_wait(semaphore) != 0 {} }

    /// Lets one wait end, now or later.
    package func post() { sem_post(semaphore) }
}
