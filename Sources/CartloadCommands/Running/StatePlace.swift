// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore
internal import CartloadFlow
internal import Glibc

/// Where a run keeps its checkpoints, and under which name.
///
/// A flow keeps them in `.cartload`, or where it is told, and a later run reads what is new. A copy without a state
/// directory keeps them beside its target and only until it is complete: the same command then copies anew.
struct StatePlace {
    let directory: String
    let linkName: String
    private let isTemporary: Bool

    init(_ flow: FlowDefinition, _ request: RunRequest, registry: Registry) {
        isTemporary = !request.keepsState
        linkName = isTemporary ? "copy-\(StatePlace.checksum(flow))" : flow.name
        directory = request.stateDirectory ?? (isTemporary ? StatePlace.beside(flow, registry) : ".cartload")
    }

    var rejectFile: String { isTemporary ? "rejects.jsonl" : "\(directory)/rejects-\(linkName).jsonl" }

    /// The store; one in memory when the destination holds the only truth itself (I3).
    func store(for link: Link) throws -> any CheckpointStore {
        let holdsItself =
            link.outlets.count == 1 && link.errorPolicy == .fail
            && link.outlets[0].destination is any TransactionalDestination
        let isStandardOutput = directory == "-"
        if holdsItself || isStandardOutput { return MemoryCheckpointStore() }
        return try SQLiteCheckpointStore(directory: directory)
    }

    /// Removes a temporary store once nothing is left in it to resume from.
    func tidy(_ store: any CheckpointStore) {
        guard isTemporary, let store = store as? SQLiteCheckpointStore else { return }
        try? store.removeIfEmpty()  // what cannot be removed does no harm
    }

    private static func beside(_ flow: FlowDefinition, _ registry: Registry) -> String {
        guard let end = flow.destinations.first?.end,
            let path = try? registry.resolve(end, as: .destination).values["path"]?.stringValue, path != "-"
        else { return "-" }
        guard let slash = path.lastIndex(of: "/") else { return ".cartload" }
        // Below a part of the path that differs from file to file there is no place for it.
        let folder = path[..<slash].prefix { $0 != "{" }
        return folder.isEmpty ? "/.cartload" : "\(folder)/.cartload"
    }

    /// FNV-1a over what the copy is, which is the same in every run; Swift's hashes are not.
    private static func checksum(_ flow: FlowDefinition) -> String {
        var parts = [flow.source.name, flow.source.overrides.description, flow.streams?.joined(separator: ",") ?? ""]
        parts += flow.processors.map { "\($0.name) \($0.value)" }
        parts += flow.destinations.map { "\($0.end.name) \($0.end.overrides.description)" }
        if let batching = flow.batching { parts.append("\(batching.by) \(batching.records ?? 0)") }
        let sum = parts.joined(separator: "\u{1f}").utf8.reduce(UInt64(0xcbf2_9ce4_8422_2325)) {
            ($0 ^ UInt64($1)) &* 0x100_0000_01b3
        }
        return String(sum, radix: 16)
    }
}

extension JSONObject {
    fileprivate var description: String { JSONValue.object(self).description }
}
