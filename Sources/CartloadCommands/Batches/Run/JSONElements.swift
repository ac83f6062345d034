// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore

/// The elements of a JSON array that was checked before, each as its place in the text.
struct JSONElements: Sendable {
    let text: Bytes
    let places: [Range<Int>]

    /// Finds the elements; no value is read.
    ///
    /// - Parameter text: A valid JSON array; anything else has no elements.
    init(_ text: Bytes) {
        self.text = text
        places = text.withUnsafeBytes { JSONElements.places($0) }
    }

    var count: Int { places.count }

    subscript(position: Int) -> Bytes { text[places[position]] }

    /// Whether an element is null.
    func isNull(_ position: Int) -> Bool { text[places[position].lowerBound] == UInt8(ascii: "n") }

    /// Whether all are null, which is looked at once for a chunk.
    var areAllNull: Bool {
        text.withUnsafeBytes { bytes in places.allSatisfy { bytes[$0.lowerBound] == UInt8(ascii: "n") } }
    }

    private static func places(_ text: UnsafeRawBufferPointer) -> [Range<Int>] {
        var at = 0
        while at < text.count, isSpace(text[at]) { at += 1 }
        guard at < text.count, text[at] == UInt8(ascii: "[") else { return [] }
        at += 1
        var places: [Range<Int>] = []
        var start: Int?
        var end = at
        var depth = 0
        while at < text.count {
            let byte = text[at]
            switch byte {
            case UInt8(ascii: "\""):
                if start == nil { start = at }
                at += 1
                while at < text.count, text[at] != UInt8(ascii: "\"") { at += text[at] == UInt8(ascii: "\\") ? 2 : 1 }
                end = at + 1
            case UInt8(ascii: "["), UInt8(ascii: "{"):
                if start == nil { start = at }
                depth += 1
            case UInt8(ascii: "]"), UInt8(ascii: "}"):
                if depth == 0 {
                    if let start { places.append(start..<end) }
                    return places
                }
                depth -= 1
                end = at + 1
            case UInt8(ascii: ",") where depth == 0:
                if let start { places.append(start..<end) }
                start = nil
            case 0x20, 0x09, 0x0a, 0x0d: break
            default:
                if start == nil { start = at }
                end = at + 1
            }
            at += 1
        }
        return places
    }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0a || byte == 0x0d }
}
