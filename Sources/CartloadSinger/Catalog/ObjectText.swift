// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore

/// Finds the ends of strings and values in JSON text that has been checked before.
enum ObjectText {
    /// The offset after the string that begins at an offset.
    static func endOfString(_ text: UnsafeRawBufferPointer, _ start: Int) -> Int {
        var at = start + 1
        while at < text.count, text[at] != UInt8(ascii: "\"") {
            at += text[at] == UInt8(ascii: "\\") ? 2 : 1
        }
        return min(at + 1, text.count)
    }

    /// The offset after the value that begins at an offset.
    static func endOfValue(_ text: UnsafeRawBufferPointer, _ start: Int) -> Int {
        var depth = 0
        var at = start
        while at < text.count {
            switch text[at] {
            case UInt8(ascii: "\""):
                at = endOfString(text, at)
                if depth == 0 { return at }
                continue
            case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                if depth == 0 { return trimmed(text, start, at) }
                depth -= 1
                if depth == 0 { return at + 1 }
            case UInt8(ascii: ","): if depth == 0 { return trimmed(text, start, at) }
            default: break
            }
            at += 1
        }
        return trimmed(text, start, at)
    }

    private static func trimmed(_ text: UnsafeRawBufferPointer, _ start: Int, _ end: Int) -> Int {
        var end = end
        while end > start, text[end - 1] <= 0x20 { end -= 1 }
        return end
    }

    /// A member's name, without its quotes and escapes.
    static func name(_ text: UnsafeRawBufferPointer, _ range: Range<Int>) -> String {
        let quoted = UnsafeRawBufferPointer(rebasing: text[range])
        if !quoted.contains(UInt8(ascii: "\\")) {
            return String(decoding: quoted.dropFirst().dropLast(), as: UTF8.self)
        }
        return (try? JSONValue(parsing: Bytes(copying: quoted)))?.stringValue ?? ""
    }
}
