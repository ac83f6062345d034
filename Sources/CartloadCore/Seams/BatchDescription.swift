// SPDX-License-Identifier: Apache-2.0

/// A slice of a stream: a JSON object from ``Stream/batches(since:)`` that is handed back to ``Stream/read(_:into:)``.
public struct BatchDescription: Sendable, Hashable {
    public var value: JSONObject
    /// Where inside the batch an earlier run got to, as the stream said then; nil to begin at its beginning.
    ///
    /// It is no part of what the batch is: only streams that are ``ComposableStream`` get it.
    public var resume: JSONValue?

    public init(_ value: JSONObject = JSONObject(), resume: JSONValue? = nil) {
        self.value = value
        self.resume = resume
    }

    /// The whole stream as one batch.
    public static let whole = BatchDescription(JSONObject())

    public subscript(key: String) -> JSONValue? { value[key] }
}

extension BatchDescription: ExpressibleByDictionaryLiteral, CustomStringConvertible {
    public init(dictionaryLiteral elements: (String, JSONValue)...) {
        self.init(JSONObject(elements))
    }

    public var description: String { JSONValue.object(value).description }
}
