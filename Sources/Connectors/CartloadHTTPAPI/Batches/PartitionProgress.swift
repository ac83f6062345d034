// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore

/// How far each partition of a stream has been read, and how far runs that did not finish meant to.
///
/// One entry for each partition, however many batches there were; partitions at the same place share it. A stream without
/// partitions is one with the empty name.
struct PartitionProgress: Sendable {
    /// How many plans that were not finished are kept apart (I7).
    static let maximumPlans = 32

    /// Ends of plans, ascending; none when the last run finished.
    var ends: [String] = []
    /// Whether nothing of the plan has been done.
    var isFresh = false
    /// Partitions by the place where they are.
    private(set) var places: [String: Set<String>] = [:]
    private var place: [String: String] = [:]

    init() {}

    /// nil at the beginning.
    init?(_ checkpoint: Checkpoint?, _ form: CheckpointForm) throws {
        guard let members = try form.open(checkpoint) else { return nil }
        ends = try (members["until"]?.arrayValue ?? []).map { end in
            guard let end = end.stringValue else { throw form.misfit("has a plan without an end") }
            return end
        }
        isFresh = members["fresh"] == true
        for (place, names) in members["at"]?.objectValue?.members ?? [] {
            guard let names = names.arrayValue else { throw form.misfit("has a place without partitions") }
            for name in names {
                guard let name = name.stringValue else { throw form.misfit("has a partition without a name") }
                move(name, to: place)
            }
        }
    }

    subscript(partition: String) -> String? { place[partition] }

    mutating func move(_ partition: String, to new: String) {
        if let old = place[partition] {
            places[old]?.remove(partition)
            if places[old]?.isEmpty == true { places[old] = nil }
        }
        place[partition] = new
        places[new, default: []].insert(partition)
    }

    /// Moves all that are at places elsewhere.
    mutating func move(_ change: (String) throws -> String?) rethrows {
        for (old, partitions) in places {
            guard let new = try change(old), new != old else { continue }
            for partition in partitions { move(partition, to: new) }
        }
    }

    var members: JSONObject {
        var at = JSONObject()
        for (place, names) in places.sorted(by: { $0.key < $1.key }) {
            at[place] = .array(names.sorted().map { .string($0) })
        }
        var members = JSONObject([("at", .object(at))])
        if !ends.isEmpty { members["until"] = .array(ends.map { .string($0) }) }
        if isFresh { members["fresh"] = true }
        return members
    }
}
