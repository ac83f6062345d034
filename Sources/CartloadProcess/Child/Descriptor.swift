// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore
internal import Glibc

/// An open file descriptor that closes with its last reference, so that none is used after it was closed.
final class Descriptor: Sendable {
    let number: Int32

    init(_ number: Int32) { self.number = number }

    deinit { close(number) }

    /// How long a wait goes on before it looks for cancellation again, in milliseconds.
    static let patience: Int32 = 100

    /// Waits for an event, so that a cancelled task is not stuck in a read or write.
    func wait(for event: Int32) throws {
        var wanted = pollfd(fd: number, events: Int16(event), revents: 0)
        while true {
            if Task.isCancelled { throw CancellationError() }
            let ready = poll(&wanted, 1, Descriptor.patience)
            if ready > 0 || (ready < 0 && errno != EINTR) { return }
        }
    }
}
