// SPDX-License-Identifier: Apache-2.0

public import CartloadCore

/// Text with holes, such as `Bearer {{ config.token }}`; `Docs/http-api.md` has the grammar.
public struct Template: Sendable, Hashable {
    private enum Part: Sendable, Hashable {
        case text(String)
        case hole(TemplateHole, source: String)
    }

    private let parts: [Part]
    private let location: Location

    /// - Throws: `CartloadError` with code `api.template`.
    public init(parsing text: String, at location: Location = Location()) throws {
        var parts: [Part] = []
        var rest = text[...]
        while let open = rest.firstRange(of: "{{") {
            if open.lowerBound > rest.startIndex { parts.append(.text(String(rest[..<open.lowerBound]))) }
            rest = rest[open.upperBound...]
            guard let close = rest.firstRange(of: "}}") else {
                throw Template.fault("is not closed by }}", in: String(rest), location)
            }
            let source = rest[..<close.lowerBound]
            do throws(TemplateFault) {
                parts.append(.hole(try TemplateHole(parsing: source), source: String(source)))
            } catch {
                throw Template.fault(error.message, in: String(source), location)
            }
            rest = rest[close.upperBound...]
        }
        if !rest.isEmpty { parts.append(.text(String(rest))) }
        self.parts = parts
        self.location = location
    }

    /// Whether anything is put in.
    var hasHoles: Bool {
        parts.contains { if case .hole = $0 { true } else { false } }
    }

    /// The value: of a template that is one hole as it is, otherwise text.
    func value(in scope: TemplateScope) throws -> JSONValue {
        if parts.count == 1, case .hole(let hole, let source) = parts[0] { return try value(hole, source, scope) }
        return .string(try joined(in: scope) { $0 })
    }

    /// The text; nil when the template is one hole and its value null, which leaves a parameter out.
    func text(in scope: TemplateScope) throws -> String? {
        let value = try value(in: scope)
        return value.isNull ? nil : Template.text(of: value)
    }

    /// The text with what is put in encoded; text that is written in the template stays.
    func text(in scope: TemplateScope, encoding: (String) -> String) throws -> String {
        try joined(in: scope, encoding)
    }

    private func joined(in scope: TemplateScope, _ encoding: (String) -> String) throws -> String {
        try parts.reduce(into: "") { text, part in
            switch part {
            case .text(let more): text += more
            case .hole(let hole, let source): text += encoding(Template.text(of: try value(hole, source, scope)))
            }
        }
    }

    private func value(_ hole: TemplateHole, _ source: String, _ scope: TemplateScope) throws -> JSONValue {
        do throws(TemplateFault) {
            return try hole.value(in: scope)
        } catch {
            throw Template.fault(error.message, in: source, location)
        }
    }

    private static func text(of value: JSONValue) -> String {
        switch value {
        case .string(let text): text
        case .null: ""
        default: value.description
        }
    }

    private static func fault(_ message: String, in source: String, _ location: Location) -> CartloadError {
        CartloadError(
            .template, "the template {{\(source.prefix(80))}} \(message)", at: location,
            advice: "Templates can name config, batch, parent, page and now; `| \"text\"` gives a default.")
    }
}

extension Template: ExpressibleByStringLiteral {
    /// Text without holes, for definitions in Swift; a template from anywhere else is parsed.
    public init(stringLiteral text: String) {
        parts = text.isEmpty ? [] : [.text(text)]
        location = Location()
    }
}
