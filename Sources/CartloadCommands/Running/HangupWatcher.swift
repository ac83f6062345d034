// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore
internal import Glibc
internal import Synchronization

/// Tells of every SIGHUP, which asks a program that runs on and on to read its configuration again.
enum HangupWatcher {
    private static let pipeEnd = Atomic<Int32>(-1)

    /// Calls `body` on a thread of its own, one signal after the other, for the rest of the process.
    static func start(_ body: @escaping @Sendable () -> Void) {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { return }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        let readEnd = ends[0]
        pipeEnd.store(ends[1], ordering: .releasing)
        let watching: Void? = try? SystemThread.detach {
            var byte: UInt8 = 0
            while true {
                let count = read(readEnd, &byte, 1)
                if count < 0, errno == EINTR { continue }
                guard count == 1 else { return }
                body()
            }
        }
        guard watching != nil else { return }
        var action = sigaction()
        action.sa_flags = SA_RESTART
        action.__sigaction_handler.sa_handler = { _ in
            let saved = errno
            var byte: UInt8 = 0
            _ = write(HangupWatcher.pipeEnd.load(ordering: .acquiring), &byte, 1)
            errno = saved
        }
        sigaction(SIGHUP, &action, nil)
    }
}
