// SPDX-License-Identifier: Apache-2.0

public import CartloadCore

/// The body of an acknowledgement: `{"lease": "…"}`, or `{"chunks": ["…"], "leases": ["…"]}` for some of what was lent, and
/// for chunks whose lease is over.
public enum AcknowledgeRequest: Sendable, Hashable {
    /// How many chunks one request may name, and how many leases (I7).
    public static let maximumChunks = 10_000

    case lease(String)
    case chunks([String], leases: [String] = [])

    public init(_ body: Bytes) throws {
        guard let value = try? JSONValue(parsing: body), case .object(let object) = value else {
            throw APIFault.invalid("the body is not a JSON object", code: "INVALID_JSON")
        }
        var leases = try AcknowledgeRequest.names("leases", in: object) ?? []
        if let lease = object["lease"], !lease.isNull {
            guard let text = lease.stringValue else { throw APIFault.wrongType("lease", "a string") }
            guard object["chunks"].map({ !$0.isNull }) ?? false else {
                self = .lease(text)
                return
            }
            leases.append(text)
        }
        guard let chunks = try AcknowledgeRequest.names("chunks", in: object) else {
            throw APIFault.invalid("the body must have a lease, or a list of chunks")
        }
        self = .chunks(chunks, leases: leases)
    }

    private static func names(_ field: String, in object: JSONObject) throws -> [String]? {
        guard let value = object[field], !value.isNull else { return nil }
        guard let elements = value.arrayValue, elements.count <= maximumChunks else {
            throw APIFault.wrongType(field, "a list of at most \(maximumChunks) strings")
        }
        return try elements.map { element in
            guard let name = element.stringValue else { throw APIFault.wrongType(field, "a list of strings") }
            return name
        }
    }

    public var json: JSONValue {
        switch self {
        case .lease(let id): .object(JSONObject([("lease", .string(id))]))
        case .chunks(let ids, let leases):
            .object(
                JSONObject(
                    [("chunks", .array(ids.map { .string($0) }))]
                        + (leases.isEmpty ? [] : [("leases", .array(leases.map { .string($0) }))])))
        }
    }
}
