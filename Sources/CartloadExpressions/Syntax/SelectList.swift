// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore

/// What follows SELECT: expressions with names, and `*` for the fields that are there.
///
/// `upper(name) AS name, geo.cc AS cc, * EXCLUDE (email)`
public struct SelectList: Sendable, Hashable {
    /// One element of the list.
    public enum Item: Sendable, Hashable {
        /// All fields but some, in their order.
        case all(excluding: [String])
        case expression(Expression, name: String)
    }

    public let items: [Item]

    /// Whether there is a `*`.
    public var hasAll: Bool {
        items.contains { if case .all = $0 { true } else { false } }
    }

    public init(_ items: [Item]) { self.items = items }

    /// Parses a list.
    ///
    /// - Throws: `CartloadError` showing the place, also when two items have the same name.
    public init(parsing text: String) throws {
        var parser = try Parser(text)
        var items: [Item] = []
        var names: Set<String> = []
        repeat {
            if parser.take(sign: "*") {
                items.append(.all(excluding: try parser.exclusions()))
                continue
            }
            let start = parser.current.offset
            let syntax = try parser.expression()
            let end = parser.tokens[parser.position - 1].end
            let source = String(decoding: Array(text.utf8)[start..<end], as: UTF8.self)
            let name = try parser.alias() ?? SelectList.defaultName(syntax, source)
            guard names.insert(name).inserted else {
                throw parser.failure(
                    "the name \"\(name)\" is given twice", at: start, advice: "Give it another name with AS.")
            }
            // Offsets count from the start of the list, so the list is what messages show.
            items.append(.expression(Expression(text, syntax), name: name))
        } while parser.take(sign: ",")
        guard parser.current.kind == .end else { throw parser.unexpected("a comma or the end") }
        self.items = items
    }

    private static func defaultName(_ syntax: Syntax, _ source: String) -> String {
        if case .field(let path, _) = syntax, let last = path.last { last } else { source }
    }
}

extension Parser {
    mutating func exclusions() throws -> [String] {
        guard take("EXCLUDE") || take("EXCEPT") else { return [] }
        var names: [String] = []
        let isList = take(sign: "(")
        repeat {
            switch current.kind {
            case .word(let name), .quotedName(let name): names.append(name)
            default: throw unexpected("a field name")
            }
            advance()
        } while isList && take(sign: ",")
        if isList { try expect(sign: ")") }
        return names
    }

    mutating func alias() throws -> String? {
        let isExplicit = take("AS")
        switch current.kind {
        case .word(let name), .quotedName(let name):
            advance()
            return name
        default:
            guard isExplicit else { return nil }
            throw unexpected("a name")
        }
    }
}
