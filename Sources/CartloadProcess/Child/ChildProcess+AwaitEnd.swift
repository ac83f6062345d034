// SPDX-License-Identifier: Apache-2.0

internal import Glibc

extension ChildProcess {
    /// Waits on a thread that may block, for a time at most, for a child that is about to end; nil when it has not.
    package func awaitEnd(atMost limit: Duration) -> ChildEnd? {
        let deadline = ChildProcess.now() + limit
        while end == nil, ChildProcess.now() < deadline {
            var nap = timespec(tv_sec: 0, tv_nsec: 1_000_000)
            nanosleep(&nap, nil)
        }
        return end
    }
}
