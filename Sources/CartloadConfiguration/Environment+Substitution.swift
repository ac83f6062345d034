// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore

extension CartloadError.Code {
    /// A configuration reads an environment variable that is not set.
    static let missingVariable = CartloadError.Code("config.missing-variable")
}

extension Environment {
    /// A text after its variables were put in.
    struct Substituted {
        var text: String
        /// The values that came from the environment, defaults not included.
        var values: [String] = []
        /// Whether anything was put in at all.
        var isChanged = false
    }

    /// Replaces `${NAME}` and `${NAME:-default}`; `$${` stands for `${`.
    ///
    /// A `${` that no name and `}` follow is text, so that regular expressions and shell words can be written as they are.
    /// A value that is put in is not looked at again.
    func substitute(in text: String, at location: Location) throws -> Substituted {
        guard text.contains("${") else { return Substituted(text: text) }
        var result = Substituted(text: "")
        var rest = Substring(text)
        while let dollar = rest.firstIndex(of: "$") {
            result.text += rest[..<dollar]
            rest = rest[dollar...]
            if rest.hasPrefix("$${") {
                result.text += "${"
                result.isChanged = true
                rest = rest.dropFirst(3)
            } else if let reference = Reference(startOf: rest) {
                result.isChanged = true
                rest = rest[reference.end...]
                let value = variables[reference.name]
                if let value, !(value.isEmpty && reference.fallback != nil) {
                    result.text += value
                    result.values.append(value)
                } else if let fallback = reference.fallback {
                    result.text += fallback
                } else {
                    throw CartloadError(
                        .missingVariable, "the environment variable \(reference.name) is not set", at: location,
                        advice: "Set it, or give a default: ${\(reference.name):-default}.")
                }
            } else {
                result.text += "$"
                rest = rest.dropFirst()
            }
        }
        result.text += rest
        return result
    }

    /// One `${NAME}` or `${NAME:-default}`.
    private struct Reference {
        var name: String
        var fallback: String?
        var end: Substring.Index

        init?(startOf text: Substring) {
            guard text.hasPrefix("${") else { return nil }
            var rest = text.dropFirst(2)
            let name = rest.prefix { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }
            guard let first = name.first, !first.isNumber else { return nil }
            self.name = String(name)
            rest = rest[name.endIndex...]
            if rest.hasPrefix(":-") {
                guard let close = rest.firstIndex(of: "}") else { return nil }
                fallback = String(rest[rest.index(rest.startIndex, offsetBy: 2)..<close])
                end = rest.index(after: close)
            } else {
                guard rest.first == "}" else { return nil }
                end = rest.index(after: rest.startIndex)
            }
        }
    }
}
