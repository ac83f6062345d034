// SPDX-License-Identifier: Apache-2.0

/// How many chunks of a pipeline may run at once: one more whenever there is enough to do for all that may.
struct WorkerAllowance: Sendable {
    private let maximum: Int
    private(set) var limit: Int
    private(set) var running = 0
    /// Until when nothing is started, because workers do not start.
    private var pausedUntil: Duration?

    init(_ configuration: PipelineConfiguration) {
        maximum = configuration.maximumWorkers
        limit = max(1, min(configuration.initialWorkers, configuration.maximumWorkers))
    }

    var mayStart: Bool { running < limit && pausedUntil == nil }

    mutating func start() { running += 1 }

    /// - Parameter hasMore: Whether chunks wait to be run.
    mutating func finish(hasMore: Bool) {
        if hasMore, running >= limit { limit = min(max(limit, maximum), limit + 1) }
        running -= 1
    }

    /// One could not be run.
    mutating func giveBack() { running -= 1 }

    mutating func pause(until time: Duration) { pausedUntil = time }

    /// Whether a pause is over that ``resume(at:)`` would end.
    func isDue(at now: Duration) -> Bool { pausedUntil.map { $0 <= now } ?? false }

    mutating func resume(at now: Duration) { if isDue(at: now) { pausedUntil = nil } }
}
