// SPDX-License-Identifier: Apache-2.0

internal import CSpawn
internal import CartloadCore
internal import Glibc
internal import Synchronization

/// Kills a child that takes too long, from a thread of its own, so that whoever is blocked in a read or a write goes on.
package final class ChildAlarm: Sendable {
    private let rang = Atomic(false)

    private init() {}

    /// Runs what needs a child.
    ///
    /// - Parameter limit: How long it may take; nil for as long as it takes.
    /// - Throws: What the body throws; `CartloadError` with code `process.timed-out` when the child was killed.
    package static func guarding<Result>(
        _ child: ChildProcess, atMost limit: Duration?, _ body: () async throws -> Result
    ) async throws -> Result {
        guard let limit else { return try await body() }
        let alarm = ChildAlarm()
        let stop = try alarm.start(child, after: limit)
        defer { withExtendedLifetime(stop) {} }
        do {
            let result = try await body()
            guard alarm.rang.load(ordering: .acquiring) else { return result }
        } catch {
            guard alarm.rang.load(ordering: .acquiring), !(error is CancellationError) else { throw error }
        }
        throw CartloadError.timedOut(child.name, after: limit)
    }

    /// Begins to wait; the thread ends when the result goes.
    private func start(_ child: ChildProcess, after limit: Duration) throws -> Descriptor {
        var ends: [Int32] = [-1, -1]
        guard cl_spawn_pipe(&ends) == 0 else { throw CartloadError.pipeFailed(child.name, "watch", SystemFailure.last) }
        let (watched, held) = (Descriptor(ends[0]), Descriptor(ends[1]))
        let deadline = ChildProcess.now() + limit
        do {
            try SystemThread.detach(stackSize: 256 << 10) { [self, weak child] in
                var wanted = pollfd(fd: watched.number, events: Int16(POLLIN), revents: 0)
                while true {
                    let left = deadline - ChildProcess.now()
                    guard left > .zero else { break }
                    let milliseconds = min((left / .milliseconds(1)).rounded(.up), Double(Int32.max))
                    // The other end was closed: nobody waits any more.
                    if poll(&wanted, 1, Int32(milliseconds)) > 0 { return }
                }
                rang.store(true, ordering: .releasing)
                child?.kill()
            }
        } catch {
            throw CartloadError.pipeFailed(child.name, "watch", error)
        }
        return held
    }
}
