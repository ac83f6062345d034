// SPDX-License-Identifier: Apache-2.0

public import CartloadCore

/// Where a link's records come from: the streams of a source, or what a closure finds each time.
public struct Inlet: Sendable {
    /// Finds what is new: the transfer it is for, and the position of the last pull that every outlet has durably.
    public typealias Pulling = @Sendable (_ update: Update, _ position: Checkpoint?) async throws -> Pull

    public enum Origin: Sendable {
        /// What is new in these streams; nil for all.
        case source(any Source, streams: [String]?)
        case pull(Pulling)
    }

    /// Tells the inlets of a link apart, in checkpoints too.
    public var name: String
    public var origin: Origin
    /// What is known of every record; see ``Link/metadataField``.
    public var metadata: JSONObject
    public var onFailure: StagePolicy
    public var lifecycle: Lifecycle?

    public init(
        _ name: String, _ origin: Origin, metadata: JSONObject = JSONObject(), onFailure: StagePolicy = .fail,
        lifecycle: Lifecycle? = nil
    ) {
        self.name = name
        self.origin = origin
        self.metadata = metadata
        self.onFailure = onFailure
        self.lifecycle = lifecycle
    }

    /// What is new in a source; its position goes on when every outlet has the records durably.
    public init(_ name: String, _ source: any Source, streams: [String]? = nil) {
        self.init(name, .source(source, streams: streams))
    }

    /// Records that a closure finds; none for nothing new.
    public init(_ name: String, _ pull: @escaping @Sendable (Update) async throws -> [JSONObject]) {
        self.init(name, .pull { update, _ in Pull(RecordBatch(records: try await pull(update))) })
    }

    /// Values that a closure finds; none for nothing new.
    public init<Value: Encodable & Sendable>(
        _ name: String, of type: Value.Type, _ pull: @escaping @Sendable (Update) async throws -> [Value]
    ) {
        self.init(name, .pull { update, _ in Pull(try RecordBatch(encoding: try await pull(update))) })
    }

    var isPull: Bool { if case .pull = origin { true } else { false } }
}
