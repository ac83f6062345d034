// SPDX-License-Identifier: Apache-2.0

public import CartloadCore

/// The header fields of a request, in place in the bytes that came; names are compared without regard to case.
public struct HTTPRequestHeaders: Sendable {
    /// Text, then at `fields` four 32-bit numbers a field: where its name and value begin and how long they are.
    let head: Bytes
    private let fields: Int
    /// How many fields there are.
    public let count: Int

    init(head: Bytes, fields: Int, count: Int) {
        self.head = head
        self.fields = fields
        self.count = count
    }

    /// The value of the first field of a name.
    public subscript(name: StaticString) -> String? { value(of: name).map(\.text) }

    /// The values of all fields of a name, in their order.
    public func all(_ name: StaticString) -> [String] {
        (0..<count).compactMap { isNamed($0, name) ? value(at: $0).text : nil }
    }

    /// The value of the first field of a name, as bytes that share the request's memory.
    public func value(of name: StaticString) -> Bytes? {
        (0..<count).first { isNamed($0, name) }.map(value(at:))
    }

    /// A field by its place, from 0.
    public subscript(index: Int) -> HTTPField {
        precondition(index >= 0 && index < count, "there is no field \(index)")
        return HTTPField(name(at: index).text, value(at: index).text)
    }

    private func number(_ index: Int, _ part: Int) -> Int {
        head.withUnsafeBytes { Int($0.load(fromByteOffset: fields + index * 16 + part * 4, as: UInt32.self)) }
    }

    private func name(at index: Int) -> Bytes {
        let start = number(index, 0)
        return head[start..<(start + number(index, 1))]
    }

    private func value(at index: Int) -> Bytes {
        let start = number(index, 2)
        return head[start..<(start + number(index, 3))]
    }

    private func isNamed(_ index: Int, _ name: StaticString) -> Bool {
        guard number(index, 1) == name.utf8CodeUnitCount else { return false }
        let start = number(index, 0)
        return head.withUnsafeBytes { bytes in
            for offset in 0..<name.utf8CodeUnitCount
            where bytes[start + offset].lowercase != name.utf8Start[offset].lowercase {
                return false
            }
            return true
        }
    }
}

extension HTTPRequestHeaders: CustomStringConvertible, CustomReflectable {
    /// The names alone: values may be credentials (I8).
    public var description: String { (0..<count).map { name(at: $0).text }.joined(separator: ", ") }
    public var customMirror: Mirror { Mirror(self, children: ["names": description]) }
}

extension UInt8 {
    /// The small letter of an ASCII capital; any other byte as it is.
    var lowercase: UInt8 { self >= UInt8(ascii: "A") && self <= UInt8(ascii: "Z") ? self | 0x20 : self }
}
