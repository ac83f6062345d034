// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore

/// What stands between `{{` and `}}`: `config.start | "2024-01-01" as epoch`.
///
///     hole = term { "|" term } [ "as" form ]
///     term = name { "." name } | "text" | number | null
///
/// The first term that has a value counts. A form writes a moment; `json` writes the value as JSON text.
struct TemplateHole: Sendable, Hashable {
    enum Term: Sendable, Hashable {
        case path([String])
        case literal(JSONValue)
    }

    enum Form: Sendable, Hashable {
        case time(TimeForm)
        case json
    }

    /// The longest hole, and how many terms it may have (I7).
    static let maximumBytes = 1000
    static let maximumTerms = 8

    let terms: [Term]
    let form: Form?

    /// - Throws: A sentence about what is wrong.
    init(parsing text: Substring) throws(TemplateFault) {
        guard text.utf8.count <= TemplateHole.maximumBytes else { throw TemplateFault("is too long") }
        var reader = TemplateReader(text)
        var terms: [Term] = []
        repeat {
            terms.append(try TemplateHole.term(&reader))
            guard terms.count <= TemplateHole.maximumTerms else { throw TemplateFault("has too many alternatives") }
        } while reader.take("|")
        var form: Form?
        if let word = reader.word() {
            guard word == "as", let name = reader.word() else {
                throw TemplateFault("has \"\(word)\" where |, as or the end is expected")
            }
            if name == "json" {
                form = .json
            } else if let time = TimeForm(rawValue: name) {
                form = .time(time)
            } else {
                throw TemplateFault(
                    "has the unknown form \"\(name)\"; there are \(TimeForm.allCases.map(\.rawValue).joined(separator: ", ")) and json"
                )
            }
        }
        guard reader.isAtEnd else { throw TemplateFault("has something after its end") }
        self.terms = terms
        self.form = form
    }

    private static func term(_ reader: inout TemplateReader) throws(TemplateFault) -> Term {
        if let text = try reader.quoted() { return .literal(.string(text)) }
        if let number = reader.number() { return .literal(.number(number)) }
        guard let first = reader.word() else { throw TemplateFault("has no name where one is expected") }
        if first == "null" { return .literal(.null) }
        guard TemplateScope.names.contains(first) else {
            throw TemplateFault(
                "names \"\(first)\"; there are \(TemplateScope.names.joined(separator: ", "))")
        }
        var path = [first]
        while reader.take(".") {
            guard let name = reader.word() else { throw TemplateFault("has no name after a point") }
            path.append(name)
        }
        return .path(path)
    }

    /// The value; null when the last term is null and no other has one.
    ///
    /// - Throws: A sentence about what is missing.
    func value(in scope: TemplateScope) throws(TemplateFault) -> JSONValue {
        for term in terms {
            switch term {
            case .literal(let value): return value.isNull ? .null : try formed(value)
            case .path(let path): if let value = scope[path] { return try formed(value) }
            }
        }
        let names = terms.compactMap { term -> String? in
            if case .path(let path) = term { path.joined(separator: ".") } else { nil }
        }
        throw TemplateFault("needs \(names.joined(separator: " or ")), which has no value")
    }

    private func formed(_ value: JSONValue) throws(TemplateFault) -> JSONValue {
        switch form {
        case nil: return value
        case .json?: return .string(value.description)
        case .time(let form)?:
            // Texts in templates are ISO; numbers are seconds.
            let instant: Instant? =
                switch value {
                case .string(let text): Instant(text)
                case .number(let text): TimeForm.epoch.instant(text)
                default: nil
                }
            guard let instant else { throw TemplateFault("writes as a time what is none") }
            return form.value(of: instant)
        }
    }
}

/// What is wrong with a template; the value never appears in it, because it may be a secret.
struct TemplateFault: Error {
    let message: String
    init(_ message: String) { self.message = message }
}
