// SPDX-License-Identifier: Apache-2.0

/// The envelope of a stream's checkpoints: kind, version and stream, so that a foreign one is refused and an old one migrated.
///
/// `{"kind": "time_windows", "version": 1, "stream": "messages", …}`
public struct CheckpointForm: Sendable {
    /// Turns a checkpoint's members into those of the next version.
    public typealias Migration = @Sendable (JSONObject) throws -> JSONObject

    public let kind: String
    public let stream: String
    private let migrations: [Migration]
    private let unversioned: Migration?

    /// The version that is written.
    public var version: Int { migrations.count + 1 }

    /// - Parameters:
    ///   - migrations: The first goes from version 1 to 2, and so on; their number says which version is written.
    ///   - unversioned: What makes version 1 of a checkpoint from before there was an envelope; nil refuses such.
    public init(kind: String, stream: String, migrations: [Migration] = [], unversioned: Migration? = nil) {
        self.kind = kind
        self.stream = stream
        self.migrations = migrations
        self.unversioned = unversioned
    }

    /// The members of a checkpoint as this version knows them; nil at the beginning.
    ///
    /// - Throws: `CartloadError` with code `batch.checkpoint` for one of another kind, stream or newer version.
    public func open(_ checkpoint: Checkpoint?) throws -> JSONObject? {
        guard let value = checkpoint?.value, !value.isNull else { return nil }
        guard var members = value.objectValue else { throw misfit("is no checkpoint of batches") }
        var found = 0
        if members["kind"] == nil, members["version"] == nil {
            guard let unversioned else { throw misfit("has no kind and no version") }
            members = try unversioned(members)
            found = 1
        } else {
            guard members["kind"]?.stringValue == kind else {
                throw misfit("is of the kind \(members["kind"] ?? .null), not \"\(kind)\"")
            }
            guard members["stream"]?.stringValue == stream else {
                throw misfit("is one of the stream \(members["stream"] ?? .null)")
            }
            guard let number = members["version"]?.intValue, number >= 1 else { throw misfit("has no version") }
            guard number <= version else { throw misfit("is of version \(number), newer than \(version)") }
            found = number
        }
        for migration in migrations.dropFirst(found - 1) { members = try migration(members) }
        return members
    }

    /// A checkpoint with these members.
    public func seal(_ members: JSONObject) -> Checkpoint {
        var value = JSONObject([("kind", .string(kind)), ("version", .int(version)), ("stream", .string(stream))])
        for (key, member) in members.members where value[key] == nil { value[key] = member }
        return Checkpoint(.object(value))
    }

    /// What is wrong with a checkpoint of the right kind.
    public func misfit(_ problem: String) -> CartloadError {
        CartloadError(
            .batchCheckpoint, "the saved checkpoint of the stream \"\(stream)\" \(problem)",
            advice: "Start over with --fresh, or with the settings and the version that wrote it.")
    }
}
