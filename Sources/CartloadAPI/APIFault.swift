// SPDX-License-Identifier: Apache-2.0

public import CartloadCore

/// An error as the Batches API answers it: `{"type": …, "code": …, "message": …}`.
public struct APIFault: Error, Sendable, Hashable {
    /// The HTTP status; only those that the vendor's clients know by name.
    public var status: Int
    /// Such as `invalid_input`.
    public var type: String
    /// Such as `SERVICE_NOT_FOUND`.
    public var code: String
    public var message: String
    /// When to try again, for 429 and 503.
    public var retryAfter: Duration?

    public init(_ status: Int, _ type: String, _ code: String, _ message: String, retryAfter: Duration? = nil) {
        self.status = status
        self.type = type
        self.code = code
        self.message = message
        self.retryAfter = retryAfter
    }

    public var json: JSONValue {
        .object(JSONObject([("type", .string(type)), ("code", .string(code)), ("message", .string(message))]))
    }

    public static func invalid(_ message: String, code: String = "INVALID_INPUT") -> APIFault {
        APIFault(400, "invalid_input", code, message)
    }

    /// A field of the wrong type.
    public static func wrongType(_ field: String, _ wanted: String) -> APIFault {
        invalid("\(field) must be \(wanted)")
    }
}
