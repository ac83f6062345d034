// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore

/// A partition that is read by windows of time.
struct WindowSlices: BatchSlices {
    let windows: TimeWindows
    let dependsOnHorizon = true
    private let envelope: CheckpointForm

    /// - Parameter from: Where partitions begin that have no place yet, if that is later than the windows' own start.
    init(_ windows: TimeWindows, from: Instant? = nil) {
        self.windows = windows
        start = max(windows.start, from ?? windows.start).description
        envelope = CheckpointForm(kind: "time_windows", stream: windows.stream)
    }

    let start: String

    func precedes(_ place: String, _ other: String) -> Bool {
        (Instant(place) ?? .earliest) < (Instant(other) ?? .earliest)
    }

    func horizon(now: Instant) throws -> String {
        let plan = try windows.plan(since: nil, now: now)
        return plan.value["until"]?.arrayValue?.last?.stringValue ?? start
    }

    /// A finished partition is looked at again as far back as the windows say.
    func reopened(_ place: String, now: Instant) throws -> String? {
        let plan = try windows.plan(since: envelope.seal(JSONObject([("at", .string(place))])), now: now)
        return plan.value["at"]?.stringValue
    }

    func next(after place: String, ends: [String]) throws -> (members: JSONObject, end: String)? {
        guard let at = Instant(place) else { throw envelope.misfit("has a place that is no time") }
        let open = ends.filter { end in Instant(end).map { $0 > at } ?? false }
        guard !open.isEmpty else { return nil }
        let plan = envelope.seal(
            JSONObject([("at", .string(place)), ("until", .array(open.map { .string($0) }))]))
        var iterator = try windows.windows(of: plan).makeIterator()
        guard let window = iterator.next() else { return nil }
        return (
            JSONObject([("from", .string(window.from.description)), ("to", .string(window.to.description))]),
            window.to.description
        )
    }
}
