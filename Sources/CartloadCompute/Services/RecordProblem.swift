// SPDX-License-Identifier: Apache-2.0

public import CartloadCore

/// An error or a warning about one record, as it stands in the slot of the record.
public struct RecordProblem: Sendable, Hashable {
    public enum Severity: Sendable, Hashable { case warning, error }

    /// Position of the record in its call or chunk, from 0.
    public var record: Int
    public var severity: Severity
    public var message: String
    /// Which input or output it is about.
    public var path: String?
    /// Such as `invalid_input`, `service_error`, `worker_lost`.
    public var category: String?
    /// What the service calls the error.
    public var type: String?
    /// JSON, whatever else the service says.
    public var details: JSONValue?

    public init(
        record: Int, severity: Severity = .error, message: String, path: String? = nil, category: String? = nil,
        type: String? = nil, details: JSONValue? = nil
    ) {
        self.record = record
        self.severity = severity
        self.message = message
        self.path = path
        self.category = category
        self.type = type
        self.details = details
    }
}
