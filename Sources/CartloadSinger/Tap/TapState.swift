// SPDX-License-Identifier: Apache-2.0

public import CartloadCore

/// What a tap remembers between two runs: the value of its STATE messages.
///
/// A stream's bookmark has the members that singer-sdk writes, so that people and tools understand it, and beside them the
/// source's own checkpoint as a text: opaque JSON may hold fractions, which make targets of singer-sdk 0.54.9 fail.
public struct TapState: Sendable, Hashable {
    /// The whole value, members that are not ours included.
    public private(set) var value: JSONObject

    /// - Parameter value: What an earlier run sent last; null or nothing for the first run.
    /// - Throws: `CartloadError` with code `singer.state`.
    public init(_ value: JSONValue = .null) throws {
        switch value {
        case .null: self.value = JSONObject()
        case .object(let object):
            // Some runners wrap it in the message that it came in.
            let inner = object["type"]?.stringValue?.uppercased() == "STATE" ? object["value"]?.objectValue : nil
            self.value = inner ?? object
        default: throw TapState.unusable("it is no JSON object")
        }
        if let bookmarks = self.value["bookmarks"], bookmarks.objectValue == nil, !bookmarks.isNull {
            throw TapState.unusable("its \"bookmarks\" are no object")
        }
    }

    static func unusable(_ why: String) -> CartloadError {
        CartloadError(
            .singerState, "the state cannot be used: \(why)",
            advice: "Give the last line that the target printed, or start without a state.")
    }

    /// The bookmark of a stream.
    public subscript(stream: String) -> Bookmark {
        get { Bookmark(value["bookmarks"]?[stream]?.objectValue ?? JSONObject()) }
        set {
            var bookmarks = value["bookmarks"]?.objectValue ?? JSONObject()
            bookmarks[stream] = .object(newValue.value)
            value["bookmarks"] = .object(bookmarks)
        }
    }

    /// Where one stream is.
    public struct Bookmark: Sendable, Hashable {
        public var value: JSONObject

        init(_ value: JSONObject) { self.value = value }

        public init() { value = JSONObject() }

        /// The field that the stream is read by.
        public var replicationKey: String? {
            get { value["replication_key"]?.stringValue }
            set { value["replication_key"] = newValue.map { .string($0) } }
        }

        /// The greatest value of that field that has been read.
        public var replicationValue: JSONValue? {
            get { value["replication_key_value"].flatMap { $0.isNull ? nil : $0 } }
            set { value["replication_key_value"] = newValue.map(Self.withoutFraction) }
        }

        /// Where the source can go on.
        public func checkpoint() throws -> Checkpoint? {
            guard let text = value["checkpoint"], !text.isNull else { return nil }
            guard let text = text.stringValue, let parsed = try? JSONValue(parsing: text) else {
                throw TapState.unusable("a bookmark's checkpoint is damaged")
            }
            return Checkpoint(parsed)
        }

        public mutating func set(checkpoint: Checkpoint?) {
            value["checkpoint"] = checkpoint.map { .string($0.value.description) }
        }

        /// The version of the table that is being read.
        public var version: Int64? {
            get { value["version"]?.intValue.map { Int64($0) } }
            set { value["version"] = newValue.map { .int($0) } }
        }
    }

}

extension TapState.Bookmark {
    /// A number with a fraction as a text.
    static func withoutFraction(_ value: JSONValue) -> JSONValue {
        guard case .number(let text) = value, Int64(text) == nil else { return value }
        return .string(text)
    }
}

extension CartloadError.Code {
    /// A state cannot be used.
    public static let singerState = CartloadError.Code("singer.state")
}
