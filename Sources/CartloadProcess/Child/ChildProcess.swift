// SPDX-License-Identifier: Apache-2.0

internal import CSpawn
internal import CartloadCore
internal import Glibc

/// A program that runs beside this one, in a process group of its own.
///
/// It ends, and all that it started in its group with it, when it is told to, when the last reference to this object goes,
/// when the child itself ends, and when this process ends, however that happens. ``input`` and ``output`` alone do not
/// keep it.
public final class ChildProcess: Sendable {
    /// What messages call it.
    public let name: String
    /// The child's standard input; closed from the start unless the command wants a pipe.
    public let input: ChildInput
    /// The child's standard output; at its end from the start unless the command wants a pipe.
    public let output: ChildOutput
    private let keeper: ChildKeeper

    /// Starts a program; blocks for about a millisecond.
    ///
    /// - Parameter onErrorLine: Called with each line of standard error, at most 8 kB at a time, on a thread of its own; the
    ///   child waits while it takes long.
    /// - Throws: `CartloadError` with code `process.not-found`, `process.not-executable` or `process.not-started`.
    public convenience init(_ command: ChildCommand, onErrorLine: (@Sendable (String) -> Void)? = nil) throws {
        try self.init(command, isOnOlderKernel: false, onErrorLine: onErrorLine)
    }

    /// - Parameter isOnOlderKernel: Does as on a kernel without close_range and pidfd, for tests.
    init(
        _ command: ChildCommand, isOnOlderKernel: Bool, onErrorLine: (@Sendable (String) -> Void)? = nil
    ) throws {
        let child = try SpawnRequest(command, lacksCloseRange: isOnOlderKernel).spawn()
        name = command.name
        input = ChildInput(child.input, command: command.name)
        output = ChildOutput(child.output, command: command.name)
        keeper = ChildKeeper(processID: child.processID, errors: child.errors, onErrorLine: onErrorLine)
        do {
            try keeper.start(isOnOlderKernel: isOnOlderKernel)
        } catch let error as SystemFailure {
            throw CartloadError.notStarted(command, "there is no thread or descriptor to watch it with", cause: error)
        }
    }

    deinit { keeper.signal(SIGKILL) }

    /// The child's number in the system, which another process may have once this one has ended.
    public var processID: Int32 { keeper.processID }

    /// How it ended; nil while it runs.
    public var end: ChildEnd? { keeper.end }

    /// The last 64 kB that it said on its standard error.
    public var errorText: String { keeper.errorText }

    /// Waits until it has ended and everything it said was heard; cancelling only ends the waiting.
    public func wait() async throws -> ChildEnd { try await keeper.wait() }

    /// Waits until it has ended by itself and well.
    ///
    /// - Throws: `CartloadError` with code `process.failed` or `process.killed`, with the last lines it said.
    public func waitForSuccess() async throws { try check(try await wait()) }

    /// Throws unless the end is a good one.
    public func check(_ end: ChildEnd) throws {
        guard end.isSuccess else { throw CartloadError.ended(name, end, said: keeper.lastErrorLines) }
    }

    /// Waits for its end for a time at most, and then kills it.
    ///
    /// - Throws: `CartloadError` with code `process.timed-out`.
    public func wait(atMost limit: Duration, clock: any Clock<Duration> = ContinuousClock()) async throws -> ChildEnd {
        if let end = try await end(within: limit, clock) { return end }
        try Task.checkCancellation()
        kill()
        _ = try await wait()
        throw CartloadError.timedOut(name, after: limit)
    }

    /// Asks it and its group to end, and kills them when it has not ended after a time of grace.
    ///
    /// A cancelled task does not wait and kills at once.
    @discardableResult
    public func terminate(grace: Duration, clock: any Clock<Duration> = ContinuousClock()) async -> ChildEnd {
        keeper.signal(SIGTERM)
        // A stopped process could not hear it otherwise.
        keeper.signal(SIGCONT)
        if let end = try? await end(within: grace, clock) { return end }
        kill()
        return await lastEnd()
    }

    /// Ends it and its group at once, without asking.
    public func kill() { keeper.signal(SIGKILL) }

    /// Sends a signal to it and its group, if it still runs.
    public func signal(_ number: Int32) { keeper.signal(number) }

    /// The end if it comes in time.
    private func end(within limit: Duration, _ clock: any Clock<Duration>) async throws -> ChildEnd? {
        try await withThrowingTaskGroup(of: ChildEnd?.self) { group in
            group.addTask { try await self.wait() }
            group.addTask {
                try await clock.sleep(for: limit)
                return nil
            }
            defer { group.cancelAll() }
            return try await group.next() ?? nil
        }
    }

    /// The end of a child that was killed, whether the task is cancelled or not: it comes at once.
    private func lastEnd() async -> ChildEnd {
        let keeper = keeper
        let waiting = Task { try await keeper.wait() }
        return (try? await waiting.value) ?? .signalled(SIGKILL)
    }
}
