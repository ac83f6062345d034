// SPDX-License-Identifier: Apache-2.0

/// The tokens of an XML document, one after the other.
struct XMLReader {
    enum Content {
        case text(String)
        /// An element begins here.
        case start
        case end(String)
        case fault
    }

    private let bytes: [UInt8]
    private var index = 0

    init(_ document: some Sequence<UInt8>) { bytes = Array(document) }

    /// Moves to the first element, past declaration and comments.
    mutating func skipProlog() -> Bool {
        if starts(with: "\u{feff}") { index += 3 }
        return skipMisc() && starts(with: "<")
    }

    /// Whether nothing but blanks and comments is left.
    mutating func skipEnd() -> Bool { skipMisc() && index == bytes.count }

    /// Reads `<name …>` or `<name …/>`.
    mutating func startTag() -> (name: String, isEmpty: Bool)? {
        guard take("<"), let name = name() else { return nil }
        while true {
            skipBlanks()
            if take("/>") { return (name, true) }
            if take(">") { return (name, false) }
            // An attribute: its name and its quoted value, which are of no interest.
            guard self.name() != nil else { return nil }
            skipBlanks()
            guard take("=") else { return nil }
            skipBlanks()
            guard index < bytes.count, bytes[index] == UInt8(ascii: "\"") || bytes[index] == UInt8(ascii: "'"),
                let end = bytes[(index + 1)...].firstIndex(of: bytes[index]),
                !bytes[index..<end].contains(UInt8(ascii: "<"))
            else { return nil }
            index = end + 1
        }
    }

    /// Reads what comes next within an element.
    mutating func content() -> Content {
        guard index < bytes.count else { return .fault }
        if take("<!--") { return skip(past: "-->") ? .text("") : .fault }
        if take("<![CDATA[") {
            let start = index
            guard skip(past: "]]>") else { return .fault }
            return .text(String(decoding: bytes[start..<(index - 3)], as: UTF8.self))
        }
        if take("</") {
            guard let name = name() else { return .fault }
            skipBlanks()
            return take(">") ? .end(name) : .fault
        }
        if starts(with: "<!") || starts(with: "<?") { return .fault }
        if starts(with: "<") { return .start }
        let end = bytes[index...].firstIndex(of: UInt8(ascii: "<")) ?? bytes.count
        defer { index = end }
        return XMLReader.unescaped(bytes[index..<end]).map { .text($0) } ?? .fault
    }

    private mutating func skipMisc() -> Bool {
        while true {
            skipBlanks()
            if take("<?") {
                guard skip(past: "?>") else { return false }
            } else if take("<!--") {
                guard skip(past: "-->") else { return false }
            } else {
                return !starts(with: "<!")
            }
        }
    }

    private mutating func skipBlanks() {
        while index < bytes.count, [0x20, 0x09, 0x0a, 0x0d].contains(bytes[index]) { index += 1 }
    }

    private mutating func name() -> String? {
        let start = index
        while index < bytes.count, XMLReader.isNameByte(bytes[index]) { index += 1 }
        guard index > start else { return nil }
        let whole = bytes[start..<index]
        let local = whole.lastIndex(of: UInt8(ascii: ":")).map { whole[($0 + 1)...] } ?? whole
        return String(decoding: local, as: UTF8.self)
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: ":"), UInt8(ascii: "_"), UInt8(ascii: "-"),
            UInt8(ascii: "."), 0x80...:
            true
        default: false
        }
    }

    private func starts(with text: String) -> Bool { bytes[index...].starts(with: text.utf8) }

    private mutating func take(_ text: String) -> Bool {
        guard starts(with: text) else { return false }
        index += text.utf8.count
        return true
    }

    private mutating func skip(past mark: String) -> Bool {
        while index < bytes.count {
            if take(mark) { return true }
            index += 1
        }
        return false
    }

    /// The text with its references replaced; nil for one that XML itself does not know.
    private static func unescaped(_ bytes: ArraySlice<UInt8>) -> String? {
        guard bytes.contains(UInt8(ascii: "&")) else { return String(decoding: bytes, as: UTF8.self) }
        var pieces = String(decoding: bytes, as: UTF8.self).split(separator: "&", omittingEmptySubsequences: false)[...]
        var text = String(pieces.removeFirst())
        for piece in pieces {
            guard let end = piece.firstIndex(of: ";"), let scalar = scalar(piece[..<end]) else { return nil }
            text.unicodeScalars.append(scalar)
            text += piece[piece.index(after: end)...]
        }
        return text
    }

    private static func scalar(_ reference: Substring) -> Unicode.Scalar? {
        switch reference {
        case "amp": return "&"
        case "lt": return "<"
        case "gt": return ">"
        case "quot": return "\""
        case "apos": return "'"
        default:
            guard reference.hasPrefix("#") else { return nil }
            let isHexadecimal = reference.hasPrefix("#x")
            let digits = reference.dropFirst(isHexadecimal ? 2 : 1)
            guard digits.allSatisfy(\.isHexDigit) else { return nil }
            return UInt32(digits, radix: isHexadecimal ? 16 : 10).flatMap(Unicode.Scalar.init)
        }
    }
}
