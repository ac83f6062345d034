// SPDX-License-Identifier: Apache-2.0

/// What happens when reading a batch fails.
///
/// A batch is tried again only where nothing of it has been passed on that would come twice: from its beginning while
/// nothing was, or from the last place inside it that its stream can resume at.
public struct BatchFailurePolicy: Sendable, Hashable {
    public enum Last: String, Sendable, Hashable, CaseIterable {
        /// What is being read is finished, nothing new is begun, and the run fails.
        case stop
        /// The batch is given up and remembered in the checkpoint; the next run tries it first.
        case skip
    }

    /// How often a batch is tried in all.
    public var attempts: Int
    /// How long to wait before the second try; it doubles with each one.
    public var backoff: Duration
    public var maximumBackoff: Duration
    /// What happens after the last try.
    public var last: Last
    /// How long one try may take; nil for as long as it wants.
    public var timeLimit: Duration?

    public init(
        attempts: Int = 1, backoff: Duration = .seconds(1), maximumBackoff: Duration = .seconds(60), last: Last = .stop,
        timeLimit: Duration? = nil
    ) {
        self.attempts = attempts
        self.backoff = backoff
        self.maximumBackoff = maximumBackoff
        self.last = last
        self.timeLimit = timeLimit
    }

    /// How long to wait after a failed try, between half and all of the doubled time, so that many do not come at once.
    ///
    /// - Parameters:
    ///   - attempt: The number of the try that failed, from 1.
    ///   - random: From 0 to 1.
    func wait(after attempt: Int, random: Double) -> Duration {
        let doubled = backoff * Double(1 << min(attempt - 1, 30))
        return min(doubled, maximumBackoff) * (0.5 + random / 2)
    }
}
