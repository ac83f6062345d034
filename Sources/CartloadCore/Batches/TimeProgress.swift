// SPDX-License-Identifier: Apache-2.0

/// How far ``TimeWindows`` have been read, and how far runs that did not finish meant to.
struct TimeProgress: Sendable, Hashable {
    /// Everything before is done.
    var at: Instant
    /// Ends of plans, ascending, all after `at`; none when the last run finished.
    var until: [Instant]

    init(at: Instant, until: [Instant]) {
        self.at = at
        self.until = until
    }

    /// nil at the beginning.
    init?(_ checkpoint: Checkpoint?, _ form: CheckpointForm) throws {
        guard let members = try form.open(checkpoint) else { return nil }
        guard let at = members["at"]?.stringValue.flatMap({ Instant($0) }) else { throw form.misfit("has no time") }
        self.at = at
        until = try (members["until"]?.arrayValue ?? []).map { value in
            guard let end = value.stringValue.flatMap({ Instant($0) }) else { throw form.misfit("has no plan") }
            return end
        }
        guard zip([at] + until, until).allSatisfy({ $0 < $1 }) else { throw form.misfit("has a plan without order") }
    }

    mutating func move(to instant: Instant) {
        at = max(at, instant)
        until.removeAll { $0 <= at }
    }

    var members: JSONObject {
        var members = JSONObject([("at", .string(at.description))])
        if !until.isEmpty { members["until"] = .array(until.map { .string($0.description) }) }
        return members
    }
}
