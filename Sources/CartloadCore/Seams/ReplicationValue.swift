// SPDX-License-Identifier: Apache-2.0

/// A value that records can be ordered by. Texts are ordered by their bytes, which for timestamps of one form is time.
package enum ReplicationValue: Sendable, Hashable, Comparable {
    case integer(Int64)
    case number(Double)
    case text(String)

    /// nil for values without an order.
    package init?(_ json: JSONValue) {
        switch json {
        case .number(let text):
            if let value = Int64(text) {
                self = .integer(value)
            } else if let value = Double(text) {
                self = .number(value)
            } else {
                return nil
            }
        case .string(let text): self = .text(text)
        default: return nil
        }
    }

    package var json: JSONValue {
        switch self {
        case .integer(let value): .int(value)
        case .number(let value): .double(value)
        case .text(let text): .string(text)
        }
    }

    /// The value as a number, for columns of numbers whose bookmark was written as a text.
    var double: Double? {
        switch self {
        case .integer(let value): Double(value)
        case .number(let value): value
        case .text(let text): Double(text)
        }
    }

    package static func < (left: ReplicationValue, right: ReplicationValue) -> Bool {
        switch (left, right) {
        case (.integer(let left), .integer(let right)): left < right
        case (.text(let left), .text(let right)): left.utf8.lexicographicallyPrecedes(right.utf8)
        default:
            if let left = left.double, let right = right.double { left < right } else { left.rank < right.rank }
        }
    }

    private var rank: Int {
        if case .text = self { 1 } else { 0 }
    }
}
