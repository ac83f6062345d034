// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore

/// What happens when a stage of a link fails on a batch: an inlet, a processor, a batcher or an outlet.
public struct StagePolicy: Sendable, Hashable {
    public enum Last: String, Sendable, Hashable, CaseIterable {
        /// The transfer fails; nothing of it is acknowledged.
        case fail
        /// It is counted and the link goes on without that stage: an inlet brings nothing, a processor or batcher passes on
        /// what it was given, an outlet does not get the batch.
        case skip
        /// The records of the batch go to the reject file.
        case reject
    }

    /// How often it is tried in all.
    public var attempts: Int
    /// How long to wait before the second try, where a stage may wait; it doubles with each one.
    public var backoff: Duration
    public var maximumBackoff: Duration
    /// What happens after the last try.
    public var last: Last

    public init(
        _ last: Last = .fail, attempts: Int = 1, backoff: Duration = .seconds(1),
        maximumBackoff: Duration = .seconds(60)
    ) {
        self.attempts = max(1, attempts)
        self.backoff = backoff
        self.maximumBackoff = maximumBackoff
        self.last = last
    }

    public static let fail = StagePolicy(.fail)
    public static let skip = StagePolicy(.skip)
    public static let reject = StagePolicy(.reject)

    /// So many further tries, then the transfer fails.
    public static func retry(_ times: Int, backoff: Duration = .seconds(1)) -> StagePolicy {
        StagePolicy(.fail, attempts: times + 1, backoff: backoff)
    }

    /// How long to wait after a failed try, between half and all of the doubled time.
    func wait(after attempt: Int, random: Double) -> Duration {
        BatchFailurePolicy(backoff: backoff, maximumBackoff: maximumBackoff).wait(after: attempt, random: random)
    }

    /// Tries until it works or no try is left.
    func attempt<Result: Sendable>(
        _ clock: RunClock, _ body: () async throws -> Result
    ) async throws -> Result {
        var attempt = 1
        while true {
            do { return try await body() } catch  where attempt < attempts && !(error is CancellationError) {
                try await clock.sleep(wait(after: attempt, random: clock.random()))
                attempt += 1
            }
        }
    }

    /// The same where nobody may wait, on the threads that work on batches.
    func attempt<Result>(_ body: () throws -> Result) throws -> Result {
        var attempt = 1
        while true {
            do { return try body() } catch  where attempt < attempts { attempt += 1 }
        }
    }
}
