// SPDX-License-Identifier: Apache-2.0

internal import CSpawn
internal import CartloadCore
internal import Glibc
internal import Synchronization

/// Watches over one child from its start until it is reaped, on a thread of its own.
///
/// The thread sleeps in one poll(2) for what the child says on its standard error and for its end; it is what keeps the
/// keeper alive, so that a child whose owner is gone is reaped all the same.
final class ChildKeeper: Sendable {
    private typealias Waiter = CheckedContinuation<ChildEnd, any Error>

    private struct State: ~Copyable {
        var end: ChildEnd?
        /// Once it is reaped its number may be another's, and no signal may be sent to it.
        var isReaped = false
        var waiters: [Int: Waiter] = [:]
        var lastWaiter = 0
        var tail = ErrorTail()
    }

    let processID: Int32
    private let errors: Descriptor?
    private let onErrorLine: (@Sendable (String) -> Void)?
    private let state = Mutex(State())

    /// How much more is read of a standard error that somebody else keeps open after the child's end.
    private static let lastWords = 1 << 20

    init(processID: Int32, errors: Descriptor?, onErrorLine: (@Sendable (String) -> Void)?) {
        self.processID = processID
        self.errors = errors
        self.onErrorLine = onErrorLine
    }

    /// Begins to watch; when it cannot, the child is ended and reaped.
    func start(isOnOlderKernel: Bool) throws {
        do {
            let exit = try isOnOlderKernel ? waitingDescriptor() : exitDescriptor()
            try SystemThread.detach(stackSize: 256 << 10) { self.watch(exit) }
        } catch {
            Glibc.kill(-processID, SIGKILL)
            reap()
            throw error
        }
    }

    /// Sends a signal to the child and all in its process group; nothing once it was reaped.
    func signal(_ number: Int32) {
        state.withLock { state in
            // Under the lock, so that the number is still the child's.
            if !state.isReaped { Glibc.kill(-processID, number) }
        }
    }

    var end: ChildEnd? { state.withLock { $0.end } }

    var errorText: String { state.withLock { $0.tail.text } }

    var lastErrorLines: [String] { state.withLock { $0.tail.lastLines } }

    /// Waits for the end; a cancelled task only stops waiting.
    func wait() async throws -> ChildEnd {
        let number = state.withLock { state in
            state.lastWaiter += 1
            return state.lastWaiter
        }
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { (continuation: Waiter) in
                let outcome: Result<ChildEnd, any Error>? = state.withLock { state in
                    if let end = state.end { return .success(end) }
                    if Task.isCancelled { return .failure(CancellationError()) }
                    state.waiters[number] = continuation
                    return nil
                }
                if let outcome { continuation.resume(with: outcome) }
            }
        } onCancel: {
            let waiter = state.withLock { $0.waiters.removeValue(forKey: number) }
            waiter?.resume(throwing: CancellationError())
        }
    }

    /// A descriptor that becomes readable, or hung up, when the child has ended.
    private func exitDescriptor() throws -> Descriptor {
        let descriptor = cl_spawn_exit_descriptor(processID)
        if descriptor >= 0 { return Descriptor(descriptor) }
        return try waitingDescriptor()
    }

    /// The same for a kernel, or a sandbox, without pidfd: a thread waits and closes a pipe.
    private func waitingDescriptor() throws -> Descriptor {
        var ends: [Int32] = [-1, -1]
        guard cl_spawn_pipe(&ends) == 0 else { throw SystemFailure.last }
        let (watched, closed) = (Descriptor(ends[0]), Descriptor(ends[1]))
        let processID = processID
        try SystemThread.detach(stackSize: 256 << 10) {
            withExtendedLifetime(closed) { ChildKeeper.waitForEnd(of: processID) }
        }
        return watched
    }

    /// Leaves it a zombie, so that its number stays its own.
    private static func waitForEnd(of processID: Int32) {
        var information = siginfo_t()
        _ = uninterrupted { waitid(P_PID, id_t(processID), &information, WEXITED | WNOWAIT) }
    }

    private func watch(_ exit: Descriptor) {
        let room = UnsafeMutableRawBufferPointer.allocate(byteCount: 16 << 10, alignment: 16)
        defer { room.deallocate() }
        var wanted = [
            pollfd(fd: exit.number, events: Int16(POLLIN), revents: 0),
            pollfd(fd: errors?.number ?? -1, events: Int16(POLLIN), revents: 0),
        ]
        while true {
            guard poll(&wanted, 2, -1) > 0 else { continue }
            if wanted[1].revents != 0, listen(room) == 0 { wanted[1].fd = -1 }
            if wanted[0].revents != 0 { break }
        }
        ChildKeeper.waitForEnd(of: processID)
        // What is left of its group ends with it, while its number is still its own.
        signal(SIGKILL)
        if wanted[1].fd >= 0 {
            var heard = 0
            while heard < ChildKeeper.lastWords, let count = listen(room), count > 0 { heard += count }
        }
        var lines: [String] = []
        state.withLock { $0.tail.finish { lines.append($0) } }
        give(lines)
        reap()
    }

    /// Takes what the child says: how many bytes, 0 at the end, nil when there is nothing now.
    private func listen(_ room: UnsafeMutableRawBufferPointer) -> Int? {
        guard let errors else { return 0 }
        let count = read(errors.number, room.baseAddress, room.count)
        guard count > 0 else { return count < 0 && (errno == EAGAIN || errno == EINTR) ? nil : 0 }
        var lines: [String] = []
        state.withLock { $0.tail.append(UnsafeRawBufferPointer(rebasing: room[..<count])) { lines.append($0) } }
        give(lines)
        return count
    }

    /// Outside the lock, because whoever gets a line may ask about the child.
    private func give(_ lines: [String]) {
        guard let onErrorLine else { return }
        for line in lines { onErrorLine(line) }
    }

    private func reap() {
        let (end, waiters) = state.withLock { state in
            var status: Int32 = 0
            let reaped = uninterrupted { waitpid(processID, &status, 0) }
            state.isReaped = true
            let end: ChildEnd = reaped == processID ? ChildEnd(status: status) : .unknown
            state.end = end
            defer { state.waiters = [:] }
            return (end, Array(state.waiters.values))
        }
        for waiter in waiters { waiter.resume(returning: end) }
    }
}
