// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore

/// How far a link is: the last transfer whose records are durable, and where each inlet was then.
struct LinkPositions: Sendable, Hashable {
    static let kind = "link"

    /// The number of the transfer; -1 before the first.
    var transfer = -1
    /// By inlet, or `inlet/stream`.
    var inlets: [String: Checkpoint] = [:]
    /// The last entry of the buffer that is done with.
    var buffer = 0
    /// How many records of the entry after that are done with too.
    var skip = 0

    init() {}

    init(_ checkpoint: Checkpoint?, link: String) throws {
        guard let members = try LinkPositions.form(link).open(checkpoint) else { return }
        transfer = members["transfer"]?.intValue ?? -1
        for (name, value) in members["inlets"]?.objectValue?.members ?? [] { inlets[name] = Checkpoint(value) }
        buffer = members["buffer"]?.intValue ?? 0
        skip = members["skip"]?.intValue ?? 0
    }

    func checkpoint(link: String) -> Checkpoint {
        var members = JSONObject([("transfer", .int(transfer))])
        members["inlets"] = .object(JSONObject(inlets.sorted { $0.key < $1.key }.map { ($0.key, $0.value.value) }))
        if buffer > 0 { members["buffer"] = .int(buffer) }
        if skip > 0 { members["skip"] = .int(skip) }
        return LinkPositions.form(link).seal(members)
    }

    private static func form(_ link: String) -> CheckpointForm { CheckpointForm(kind: kind, stream: link) }
}
