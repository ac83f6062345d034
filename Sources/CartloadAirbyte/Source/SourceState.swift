// SPDX-License-Identifier: Apache-2.0

public import CartloadCore

/// What is given with `--state`: the state of each stream, in whichever form a runner keeps it.
///
/// Taken are the list of state messages that the protocol asks for, a single one, each also inside a STATE message, the
/// older object with a member for each stream, and explicit nulls and repeated keys, which PyAirbyte writes.
public struct SourceState: Sendable, Hashable {
    public private(set) var streams: [StreamDescriptor: JSONObject] = [:]

    /// - Parameter json: null or nothing for the first sync.
    /// - Throws: `CartloadError` with code `airbyte.state`.
    public init(_ json: JSONValue = .null) throws {
        switch json {
        case .null: break
        case .array(let messages): for message in messages { try take(message) }
        case .object(let object) where object.isEmpty: break
        case .object(let object):
            let isMessage = ["type", "stream", "global", "data"].contains { name in
                object[name].map { name == "type" ? $0.stringValue != nil : $0.objectValue != nil } ?? false
            }
            let isOfStreams = object.members.allSatisfy { $0.value.objectValue != nil } && object["type"] == nil
            if isOfStreams, object["stream"]?["stream_descriptor"] == nil, object["global"]?["stream_states"] == nil {
                takeAll(object["data"]?.objectValue.flatMap { object.count == 1 ? $0 : nil } ?? object)
            } else if isMessage {
                try take(json)
            } else {
                throw AirbyteFault.state("it is neither a list of state messages nor an object of streams")
            }
        default: throw AirbyteFault.state("it is neither a list nor an object")
        }
    }

    private mutating func take(_ message: JSONValue) throws {
        let state = message["type"] == "STATE" ? message["state"] ?? .null : message
        guard state.objectValue != nil else { throw AirbyteFault.state("an entry of the list is no object") }
        if let stream = state["stream"], !stream.isNull {
            try takeStream(stream)
        } else if let global = state["global"] ?? state["global_"], !global.isNull {
            for stream in global["stream_states"]?.arrayValue ?? [] { try takeStream(stream) }
        } else if let data = state["data"]?.objectValue {
            takeAll(data)
        }
    }

    private mutating func takeStream(_ json: JSONValue) throws {
        guard let stream = StreamDescriptor(json["stream_descriptor"]) else {
            throw AirbyteFault.state("an entry of the list names no stream")
        }
        streams[stream] = json["stream_state"]?.objectValue ?? JSONObject()
    }

    private mutating func takeAll(_ states: JSONObject) {
        for (name, state) in states.members { streams[StreamDescriptor(name)] = state.objectValue ?? JSONObject() }
    }
}
