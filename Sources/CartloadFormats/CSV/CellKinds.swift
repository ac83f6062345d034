// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore

/// The kinds of values seen in a column; the set grows as values are seen, whatever their order.
struct CellKinds: OptionSet, Sendable, Hashable {
    let rawValue: UInt16

    static let boolean = CellKinds(rawValue: 1)
    /// Whole numbers that a Double holds exactly too.
    static let smallInteger = CellKinds(rawValue: 2)
    static let integer = CellKinds(rawValue: 4)
    /// Whole numbers beyond 64 bits.
    static let wideInteger = CellKinds(rawValue: 8)
    /// Numbers whose digits a Double keeps.
    static let number = CellKinds(rawValue: 16)
    /// Numbers with more digits than a Double keeps.
    static let decimal = CellKinds(rawValue: 32)
    static let date = CellKinds(rawValue: 64)
    static let zonedTimestamp = CellKinds(rawValue: 128)
    static let timestamp = CellKinds(rawValue: 256)
    static let time = CellKinds(rawValue: 512)
    static let text = CellKinds(rawValue: 1024)

    /// All that ``TimeText`` tells apart.
    static let times: CellKinds = [.date, .time, .timestamp, .zonedTimestamp]
    private static let integers: CellKinds = [.smallInteger, .integer]
    private static let numbers: CellKinds = [.smallInteger, .integer, .wideInteger, .number, .decimal]

    /// The narrowest type that holds all of them unchanged.
    var type: FieldType {
        if isEmpty { return .null }
        if self == .boolean { return .boolean }
        if isSubset(of: CellKinds.integers) { return .integer }
        if isSubset(of: [.smallInteger, .number]) { return .number }
        if isSubset(of: CellKinds.numbers) { return .decimal() }
        if self == .date { return .date }
        if self == .time { return .time }
        if self == .zonedTimestamp { return .timestamp(zoned: true) }
        if isSubset(of: [.zonedTimestamp, .timestamp]) { return .timestamp(zoned: false) }
        return .string
    }

    /// The kind of one cell's text.
    static func kind(of text: UnsafeBufferPointer<UInt8>) -> CellKinds {
        guard let first = text.first else { return .text }
        switch first {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"):
            let number = NumberText(text)
            if number.isValid { return number.kind }
            return TimeText.kind(text)
        case UInt8(ascii: "t"), UInt8(ascii: "T"), UInt8(ascii: "f"), UInt8(ascii: "F"):
            return BooleanText.value(text) == nil ? .text : .boolean
        default: return .text
        }
    }
}

/// The words for true and false.
enum BooleanText {
    /// `true`, `True`, `TRUE` and so for false; nil for all else.
    @inline(__always)
    static func value(_ text: UnsafeBufferPointer<UInt8>) -> Bool? {
        guard let base = text.baseAddress else { return nil }
        // The four bytes that both words have, in lower case.
        if text.count == 4 {
            let word = UnsafeRawPointer(base).loadUnaligned(as: UInt32.self)
            return word == 0x6575_7274 || word == 0x6575_7254 || word == 0x4555_5254 ? true : nil
        }
        if text.count == 5 {
            let word = UnsafeRawPointer(base).loadUnaligned(as: UInt32.self)
            let last = base[4]
            if last == UInt8(ascii: "e") { return word == 0x736c_6166 || word == 0x736c_6146 ? false : nil }
            if last == UInt8(ascii: "E") { return word == 0x534c_4146 ? false : nil }
        }
        return nil
    }
}
