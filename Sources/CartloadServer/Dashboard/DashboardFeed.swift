// SPDX-License-Identifier: Apache-2.0

internal import CartloadCompute
internal import CartloadCore

/// What one viewer knows: full state first, then what is not as it was. Pure; a shell asks the engine and writes.
struct DashboardFeed {
    /// What the engine says at one moment.
    struct Moment {
        var changes: PipelineChanges
        var throughput: [ThroughputSample]
        var use: TenantUse
        /// How many workers the tenant may use.
        var workers: Int
        /// By name; empty for who may not know of them.
        var tenants: [(name: String, use: TenantUse)]
        var services: [ServiceWorkers]
        /// The engine's clock.
        var now: Duration
    }

    private struct Known {
        var createdAt: Instant
        var isTerminal: Bool
    }

    /// How many pipelines a viewer is told of (I7).
    let limit: Int
    /// What to ask the engine for.
    private(set) var revision = 0
    private(set) var lastSecond = Int.min
    private var known: [String: Known] = [:]
    private var lastUse: Bytes?
    private var isFirst = true

    init(limit: Int) { self.limit = limit }

    var knownIDs: Set<String> { Set(known.keys) }

    /// The event; nil when there is nothing to tell.
    mutating func event(_ moment: Moment) -> Bytes? {
        let isFirst = isFirst
        self.isFirst = false
        revision = moment.changes.revision
        var removed = moment.changes.removed
        for id in removed { known[id] = nil }
        // One that is new here may have to make room again at once; then nothing is said of it.
        let new = Set(moment.changes.changed.map(\.definition.id)).subtracting(known.keys)
        for snapshot in moment.changes.changed {
            known[snapshot.definition.id] = Known(
                createdAt: snapshot.definition.createdAt, isTerminal: snapshot.state.isTerminal)
        }
        let dropped = makeRoom()
        removed += dropped.subtracting(new)
        if let last = moment.throughput.last { lastSecond = max(lastSecond, last.second) }
        let use = DashboardJSON.use(moment)
        let isUseNew = use != lastUse
        lastUse = use
        let changed = moment.changes.changed.filter { !dropped.contains($0.definition.id) }
        guard isFirst || isUseNew || !changed.isEmpty || !removed.isEmpty || !moment.throughput.isEmpty else {
            return nil
        }
        var text = BytesBuilder(capacity: 512 + changed.count * 320)
        text.append(isFirst ? "event: state\ndata: {" : "event: change\ndata: {")
        text.append("\"second\":\(moment.now.components.seconds),\"pipelines\":[")
        for (index, snapshot) in changed.enumerated() {
            if index > 0 { text.append(UInt8(ascii: ",")) }
            DashboardJSON.write(snapshot, isNew: new.contains(snapshot.definition.id), now: moment.now, into: &text)
        }
        text.append("],\"removed\":")
        text.append(JSONValue.array(removed.map { .string($0) }).description)
        text.append(",\"throughput\":[")
        for (index, sample) in moment.throughput.enumerated() {
            if index > 0 { text.append(UInt8(ascii: ",")) }
            let time = (sample.computeTime * 1000).rounded() / 1000
            text.append("[\(sample.second),\(sample.records),\(sample.failed),\(time)]")
        }
        text.append("]")
        if isFirst || isUseNew {
            text.append(UInt8(ascii: ","))
            text.append(use)
        }
        text.append("}\n\n")
        return text.finish()
    }

    /// Forgets the oldest where there are too many, finished ones first.
    private mutating func makeRoom() -> Set<String> {
        guard known.count > limit else { return [] }
        let order = known.sorted { left, right in
            if left.value.isTerminal != right.value.isTerminal { return left.value.isTerminal }
            return left.value.createdAt < right.value.createdAt
        }
        let dropped = Set(order.prefix(known.count - limit).map(\.key))
        for id in dropped { known[id] = nil }
        return dropped
    }
}
