// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore

/// The fields of a body, read strictly: null and "" are as if absent, and what has another type is refused.
struct WireFields {
    /// How long a text may be, in bytes (I7).
    private static let maximumText = 4096
    private static let maximumItems = 1000

    private let object: JSONObject

    init(_ object: JSONObject) { self.object = object }

    func text(_ name: String) throws -> String? {
        guard let value = object[name], !value.isNull else { return nil }
        guard let text = value.stringValue else { throw APIFault.wrongType(name, "a string") }
        guard text.utf8.count <= WireFields.maximumText else {
            throw APIFault.wrongType(name, "at most \(WireFields.maximumText) bytes long")
        }
        return text.isEmpty ? nil : text
    }

    /// Names with commas between them, or a list of strings: clients send either.
    func list(_ name: String) throws -> [String] {
        guard let value = object[name], !value.isNull else { return [] }
        let items: [String]
        if case .array(let elements) = value {
            items = try elements.map { element in
                guard let text = element.stringValue else { throw APIFault.wrongType(name, "a list of strings") }
                return text
            }
        } else {
            items = try text(name)?.split(separator: ",").map(String.init) ?? []
        }
        guard items.count <= WireFields.maximumItems else {
            throw APIFault.wrongType(name, "a list of at most \(WireFields.maximumItems)")
        }
        return items.map(WireFields.trimmed).filter { !$0.isEmpty }
    }

    private static func trimmed(_ text: String) -> String {
        var part = text[...]
        while part.first == " " { part.removeFirst() }
        while part.last == " " { part.removeLast() }
        return String(part)
    }

    func number(_ name: String) throws -> Double? {
        guard let value = object[name], !value.isNull else { return nil }
        guard case .number = value else { throw APIFault.wrongType(name, "a number") }
        guard let number = value.doubleValue, abs(number) <= 1e15 else {
            throw APIFault.wrongType(name, "a number of at most 1e15")
        }
        return number
    }

    /// A whole number from 1 on.
    func count(_ name: String) throws -> Int? {
        guard let number = try number(name) else { return nil }
        guard number >= 1, number == number.rounded() else { throw APIFault.wrongType(name, "a whole number from 1") }
        return Int(number)
    }
}
