// SPDX-License-Identifier: Apache-2.0

/// Reads the words of a template's hole.
struct TemplateReader {
    private var rest: Substring

    init(_ text: Substring) { rest = text }

    private mutating func skipSpace() { rest = rest.drop { $0 == " " || $0 == "\t" || $0.isNewline } }

    var isAtEnd: Bool {
        mutating get {
            skipSpace()
            return rest.isEmpty
        }
    }

    mutating func take(_ character: Character) -> Bool {
        skipSpace()
        guard rest.first == character else { return false }
        rest.removeFirst()
        return true
    }

    /// Letters, digits, `_` and `-`.
    mutating func word() -> String? {
        skipSpace()
        let word = rest.prefix { $0.isLetter || $0.isNumber || $0 == "_" || $0 == "-" }
        rest = rest[word.endIndex...]
        return word.isEmpty ? nil : String(word)
    }

    mutating func number() -> String? {
        skipSpace()
        let text = rest.prefix { $0.isASCII && ($0.isNumber || $0 == "-" || $0 == ".") }
        guard let first = text.first, first == "-" || first.isNumber, Double(text) != nil else { return nil }
        rest = rest[text.endIndex...]
        return String(text)
    }

    /// Text in quotes, in which a backslash takes away the meaning of the next character.
    mutating func quoted() throws(TemplateFault) -> String? {
        skipSpace()
        guard rest.first == "\"" || rest.first == "'" else { return nil }
        let quote = rest.removeFirst()
        var text = ""
        while let character = rest.popFirst() {
            if character == quote { return text }
            guard character == "\\" else {
                text.append(character)
                continue
            }
            if let next = rest.popFirst() { text.append(next) }
        }
        throw TemplateFault("has a text that is not closed")
    }
}
