// SPDX-License-Identifier: Apache-2.0

public import CartloadCore

/// One item of a query: `max=5`.
public struct HTTPQueryItem: Sendable, Hashable {
    /// What stands before the equals sign.
    public let name: String
    /// Empty when there is none, with or without an equals sign.
    public let value: String

    /// An item that is decoded already.
    public init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
    }

    /// The items of a query or a form, decoded, in their order; a plus is a space.
    public static func all(in query: Bytes) -> [HTTPQueryItem] {
        var items: [HTTPQueryItem] = []
        var start = 0
        var equals: Int?
        for end in 0...query.count {
            if end < query.count, query[end] == UInt8(ascii: "="), equals == nil { equals = end }
            guard end == query.count || query[end] == UInt8(ascii: "&") else { continue }
            if end > start {
                items.append(
                    HTTPQueryItem(
                        PercentDecoding.text(query[start..<(equals ?? end)], plusIsSpace: true),
                        equals.map { PercentDecoding.text(query[($0 + 1)..<end], plusIsSpace: true) } ?? ""))
            }
            start = end + 1
            equals = nil
        }
        return items
    }
}
