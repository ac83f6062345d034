// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore
internal import CartloadFlow
internal import Glibc
internal import Synchronization

/// Turns SIGINT and SIGTERM into a stop request; a second one ends the process at once.
///
/// The handler only writes the signal's number to a pipe, which is allowed in a handler; a thread of its own reads it, so
/// that it works while everything else is busy.
final class SignalWatcher: Sendable {
    private static let pipeEnd = Atomic<Int32>(-1)
    private let received = Atomic<Int32>(0)

    /// The first signal that came; nil when none did.
    var signal: Int32? {
        let number = received.load(ordering: .acquiring)
        return number == 0 ? nil : number
    }

    /// Starts watching, for the rest of the process.
    func start(_ stop: StopRequest, note: @escaping @Sendable (String) -> Void) {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { return }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        let readEnd = ends[0]
        SignalWatcher.pipeEnd.store(ends[1], ordering: .releasing)
        guard (try? SystemThread.detach { self.watch(readEnd, stop, note) }) != nil else { return }
        var action = sigaction()
        action.sa_flags = SA_RESTART
        action.__sigaction_handler.sa_handler = { number in
            let saved = errno
            var byte = UInt8(truncatingIfNeeded: number)
            _ = write(SignalWatcher.pipeEnd.load(ordering: .acquiring), &byte, 1)
            errno = saved
        }
        sigaction(SIGINT, &action, nil)
        sigaction(SIGTERM, &action, nil)
    }

    private func watch(_ readEnd: Int32, _ stop: StopRequest, _ note: @Sendable (String) -> Void) {
        while true {
            var byte: UInt8 = 0
            let count = read(readEnd, &byte, 1)
            if count < 0, errno == EINTR { continue }
            guard count == 1 else { return }
            let number = Int32(byte)
            let (isFirst, _) = received.compareExchange(expected: 0, desired: number, ordering: .acquiringAndReleasing)
            guard isFirst else { _exit(128 + number) }
            note("Stopping after what has begun is committed; once more to end at once.")
            stop.request()
        }
    }

}
