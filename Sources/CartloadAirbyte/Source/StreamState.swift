// SPDX-License-Identifier: Apache-2.0

public import CartloadCore

/// Where one stream is between two syncs, as its STATE messages say it.
///
/// Beside the source's checkpoint, as a text that goes through any program unchanged, stands what people want to read.
public struct StreamState: Sendable, Hashable {
    /// The form of states that is written; others are refused.
    static let version = 1

    public var stream: String
    public var syncMode: SyncMode
    public var cursorField: String?
    public var cursorValue: JSONValue?
    public var checkpoint: Checkpoint?
    /// Whether a full refresh has come to its end, so that the next one begins anew.
    public var isComplete = false

    public init(_ stream: String, _ syncMode: SyncMode) {
        self.stream = stream
        self.syncMode = syncMode
    }

    /// Reads the state of a stream; nil for an empty one.
    ///
    /// - Throws: `CartloadError` with code `airbyte.state` for a state of another stream, connector or version.
    init?(_ json: JSONObject, of stream: String) throws {
        if json.isEmpty { return nil }
        guard let version = json["cartload"]?.intValue else {
            throw AirbyteFault.state("that of \"\(stream)\" was not written by this connector")
        }
        guard version == StreamState.version else {
            throw AirbyteFault.state(
                "that of \"\(stream)\" has the form \(version), and this program knows \(StreamState.version)")
        }
        guard let name = json["stream"]?.stringValue, name == stream else {
            let other = json["stream"]?.stringValue.map { "the stream \"\($0)\"" } ?? "no stream"
            throw AirbyteFault.state("what is given for \"\(stream)\" is the state of \(other)")
        }
        guard let mode = json["sync_mode"]?.stringValue.flatMap(SyncMode.init) else {
            throw AirbyteFault.state("that of \"\(stream)\" has no usable sync_mode")
        }
        self.init(stream, mode)
        cursorField = json["cursor_field"]?.stringValue
        cursorValue = json["cursor_value"].flatMap { $0.isNull ? nil : $0 }
        isComplete = json["complete"]?.boolValue ?? false
        if let text = json["checkpoint"], !text.isNull {
            guard let text = text.stringValue, let value = try? JSONValue(parsing: text) else {
                throw AirbyteFault.state("the checkpoint of \"\(stream)\" is damaged")
            }
            checkpoint = value.isNull ? nil : Checkpoint(value)
        }
    }

    public var json: JSONObject {
        var object = JSONObject([
            ("cartload", .int(StreamState.version)), ("stream", .string(stream)),
            ("sync_mode", .string(syncMode.rawValue)),
        ])
        if let cursorField { object["cursor_field"] = .string(cursorField) }
        if let cursorValue { object["cursor_value"] = cursorValue }
        if let checkpoint { object["checkpoint"] = .string(checkpoint.value.description) }
        if isComplete { object["complete"] = true }
        return object
    }
}
