// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore

extension Configuration {
    /// A mapping inside this one; nil when there is none.
    ///
    /// - Parameter settings: What it may hold; nil when that was checked together with this one.
    func part(_ name: String, _ settings: [Setting]? = nil) throws -> Configuration? {
        guard let object = self[name]?.objectValue else { return nil }
        let settings = settings ?? object.keys.map { Setting($0, .any, "") }
        return try Configuration(object, settings: settings, path: path(of: name), positions: positions)
    }

    /// An element of a list of mappings.
    func element(_ name: String, _ index: Int, _ value: JSONValue, _ settings: [Setting]) throws -> Configuration {
        guard let object = value.objectValue else { throw wrong("\(name)[\(index)]", "must be a mapping") }
        return try Configuration(
            object, settings: settings, path: "\(path(of: name))[\(index)]", positions: positions)
    }

    func wrong(_ name: String, _ message: String, _ advice: String? = nil) -> CartloadError {
        CartloadError(
            .apiDefinition, "\"\(path(of: name))\" \(message)", at: location(of: name), advice: advice)
    }

    func template(_ name: String) throws -> Template? {
        switch self[name] {
        case nil, .null?: return nil
        case .string(let text)?, .number(let text)?: return try Template(parsing: text, at: location(of: name))
        case .bool(let value)?: return try Template(parsing: value.description, at: location(of: name))
        default: throw wrong(name, "must be a text")
        }
    }

    func requiredTemplate(_ name: String) throws -> Template {
        guard let template = try template(name) else { throw wrong(name, "is missing") }
        return template
    }

    /// A mapping of names and templates.
    func fields(_ name: String) throws -> [APIRequest.Field] {
        guard let object = self[name]?.objectValue else { return [] }
        let part = try Configuration(
            object, settings: object.keys.map { Setting($0, .any, "") }, path: path(of: name), positions: positions)
        return try object.keys.compactMap { key in try part.template(key).map { APIRequest.Field(key, $0) } }
    }

    /// A path of names, `a.b.c`; an empty one is the whole body.
    func memberPath(_ name: String) throws -> [String]? {
        guard let text = string(name) else { return nil }
        let path = text.split(separator: ".").map(String.init)
        guard path.count <= JSONDocument.maximumPathLength else { throw wrong(name, "is too long a path") }
        return path
    }

    /// `30s`, `10m`, `6h`, `1d`, `500ms`, or a number of seconds.
    func duration(_ name: String, atLeast least: Duration = .zero) throws -> Duration? {
        guard let value = self[name], !value.isNull else { return nil }
        guard
            let duration = TimeSpan(value)?.duration, duration >= least
        else {
            throw wrong(
                name, "must be a time of at least \(least)", "Write a number and ms, s, m, h or d, such as 90s.")
        }
        return duration
    }

    func integer(_ name: String, in range: ClosedRange<Int>) throws -> Int? {
        guard let number = integer(name) else { return nil }
        guard range.contains(number) else {
            throw wrong(name, "must be from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    /// One of two that exclude each other.
    func exclude(_ first: String, _ second: String) throws {
        guard self[first] != nil, self[second] != nil else { return }
        throw wrong(second, "and \"\(first)\" exclude each other")
    }
}
