// SPDX-License-Identifier: Apache-2.0

public import CartloadCore

/// The body of an acknowledgement: `{"lease": "…"}`, or `{"chunks": ["…"]}` for chunks whose lease may be over.
public enum AcknowledgeRequest: Sendable, Hashable {
    /// How many chunks one request may name (I7).
    public static let maximumChunks = 10_000

    case lease(String)
    case chunks([String])

    public init(_ body: Bytes) throws {
        guard let value = try? JSONValue(parsing: body), case .object(let object) = value else {
            throw APIFault.invalid("the body is not a JSON object", code: "INVALID_JSON")
        }
        if let lease = object["lease"], !lease.isNull {
            guard let text = lease.stringValue else { throw APIFault.wrongType("lease", "a string") }
            self = .lease(text)
            return
        }
        guard let elements = object["chunks"]?.arrayValue else {
            throw APIFault.invalid("the body must have a lease, or a list of chunks")
        }
        guard elements.count <= AcknowledgeRequest.maximumChunks else {
            throw APIFault.wrongType("chunks", "a list of at most \(AcknowledgeRequest.maximumChunks)")
        }
        self = .chunks(
            try elements.map { element in
                guard let id = element.stringValue else { throw APIFault.wrongType("chunks", "a list of strings") }
                return id
            })
    }

    public var json: JSONValue {
        switch self {
        case .lease(let id): .object(JSONObject([("lease", .string(id))]))
        case .chunks(let ids): .object(JSONObject([("chunks", .array(ids.map { .string($0) }))]))
        }
    }
}
