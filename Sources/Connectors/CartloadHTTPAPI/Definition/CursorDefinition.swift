// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore

/// How a stream is read on from the greatest value of a field, where an API gives what has changed since a value.
public struct CursorDefinition: Sendable, Hashable {
    /// What happens to records that have the value where the last run ended.
    public enum Equal: String, Sendable, Hashable, CaseIterable {
        /// They are read again, because others may have got the same value since.
        case again
        /// They are left out, because no two records have the same value.
        case skip
    }

    public var field: String
    /// The parameter that asks for what is new; left out while there is no value. Templates see the value as `batch.since`.
    public var param: String?
    /// The value that the first run begins with; nil begins with all there is.
    public var start: Template?
    /// How the field writes times; nil orders numbers as numbers, and texts by their bytes.
    public var form: TimeForm?
    /// Whether records come in the order of the field, so that the cursor moves on page by page.
    public var isSorted: Bool
    public var equal: Equal

    public init(
        field: String, param: String? = nil, start: Template? = nil, form: TimeForm? = nil, isSorted: Bool = false,
        equal: Equal = .again
    ) {
        self.field = field
        self.param = param
        self.start = start
        self.form = form
        self.isSorted = isSorted
        self.equal = equal
    }

    /// A value of the field with its order; nil for one that has none.
    func value(_ json: JSONValue) -> CursorValue? {
        guard let form else { return ReplicationValue(json).map { CursorValue(json: json, order: $0) } }
        guard !json.isNull, let instant = form.instant(json.stringValue ?? json.description) else { return nil }
        return CursorValue(json: json, order: .integer(instant.microseconds))
    }

    /// Where the first run begins: a time may be written in any form, and is asked for in the field's.
    func start(of stream: String, in scope: TemplateScope) throws -> CursorValue? {
        guard let json = try start?.value(in: scope), !json.isNull, json != "" else { return nil }
        if let value = value(json) { return value }
        if let form, let instant = json.stringValue.flatMap({ Instant($0) }) { return value(form.value(of: instant)) }
        throw CartloadError(
            .apiDefinition, "the start of \"\(stream)\", \(json.description.prefix(40)), is no value of a cursor",
            advice: "Write it as the field \"\(field)\" has it, or a time such as 2024-01-01 with `format`.")
    }
}

/// A value that a cursor can have, as it was written, and its order.
struct CursorValue: Sendable, Hashable {
    let json: JSONValue
    let order: ReplicationValue
}
