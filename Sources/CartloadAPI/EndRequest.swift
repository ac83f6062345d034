// SPDX-License-Identifier: Apache-2.0

public import CartloadCore

/// The body of a request to close or cancel: `{"batch_status": "closed"}`.
public struct EndRequest: Sendable, Hashable {
    public enum End: String, Sendable, Hashable { case closed, cancelled }

    public var end: End
    /// Ours: whether cancelling leaves finished results to be pulled.
    public var keepsCompleted: Bool

    public init(_ end: End, keepsCompleted: Bool = false) {
        self.end = end
        self.keepsCompleted = keepsCompleted
    }

    public init(_ body: Bytes) throws {
        guard let value = try? JSONValue(parsing: body), case .object(let object) = value else {
            throw APIFault.invalid("the body is not a JSON object", code: "INVALID_JSON")
        }
        guard let end = object["batch_status"]?.stringValue.flatMap(End.init(rawValue:)) else {
            throw APIFault.wrongType("batch_status", "\"closed\" or \"cancelled\"")
        }
        let keeps = object["keep_completed"] ?? false
        guard let keepsCompleted = keeps.boolValue else { throw APIFault.wrongType("keep_completed", "true or false") }
        self.init(end, keepsCompleted: keepsCompleted)
    }

    public var json: JSONValue {
        var object = JSONObject([("batch_status", .string(end.rawValue))])
        if keepsCompleted { object["keep_completed"] = true }
        return .object(object)
    }
}
