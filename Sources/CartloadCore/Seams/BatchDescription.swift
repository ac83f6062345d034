// SPDX-License-Identifier: Apache-2.0

/// A slice of a stream: a JSON object from ``Stream/batches(since:)`` that is handed back to ``Stream/read(_:into:)``.
public struct BatchDescription: Sendable, Hashable {
    public var value: JSONObject

    public init(_ value: JSONObject = JSONObject()) { self.value = value }

    /// The whole stream as one batch.
    public static let whole = BatchDescription()

    public subscript(key: String) -> JSONValue? { value[key] }
}

extension BatchDescription: ExpressibleByDictionaryLiteral, CustomStringConvertible {
    public init(dictionaryLiteral elements: (String, JSONValue)...) {
        self.init(JSONObject(elements))
    }

    public var description: String { JSONValue.object(value).description }
}
