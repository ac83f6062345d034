// SPDX-License-Identifier: Apache-2.0

/// A mapping from a configuration file, checked against the settings that it may hold.
///
/// Making one checks everything: unknown names (with a suggestion), missing ones, wrong types. Reading it cannot fail for
/// those reasons.
public struct Configuration: Sendable {
    /// Where each value stands in its file.
    public struct Positions: Sendable {
        /// The file's name, for messages.
        public var source: String?
        /// Lines by path, such as `destinations[0].sqlite.path`.
        public var lines: [String: Int]

        public init(source: String? = nil, lines: [String: Int] = [:]) {
            self.source = source
            self.lines = lines
        }

        /// Where a value stands, or else the nearest part of the file around it whose line is known.
        public func location(of path: String) -> Location {
            var path = path
            while true {
                if let line = lines[path] { return Location(source: source, line: line) }
                guard let end = path.lastIndex(where: { $0 == "." || $0 == "[" }) else {
                    return Location(source: source)
                }
                path = String(path[..<end])
            }
        }
    }

    public let values: JSONObject
    /// The path of this mapping in its file, empty at the top.
    public let path: String
    public let positions: Positions

    /// Checks a mapping.
    ///
    /// - Throws: `CartloadError` with code `config.unknown-field`, `config.missing-field` or `config.wrong-type`, located at
    ///   the line of the offending value.
    public init(
        _ values: JSONObject, settings: [Setting], path: String = "", positions: Positions = Positions()
    ) throws {
        self.values = values
        self.path = path
        self.positions = positions
        try check(settings)
    }

    public func string(_ name: String) -> String? {
        switch values[name] {
        case .string(let text): text
        case .number(let text): text
        default: nil
        }
    }

    public func integer(_ name: String) -> Int? { values[name]?.intValue }

    public func number(_ name: String) -> Double? { values[name]?.doubleValue }

    public func boolean(_ name: String) -> Bool? { values[name]?.boolValue }

    /// A string or a list of strings, as a list.
    public func strings(_ name: String) -> [String]? {
        switch values[name] {
        case .string(let text): [text]
        case .array(let elements): elements.compactMap(\.stringValue)
        default: nil
        }
    }

    public subscript(name: String) -> JSONValue? { values[name] }

    /// The path of a member, for messages.
    public func path(of name: String) -> String { path.isEmpty ? name : "\(path).\(name)" }

    /// Where a member stands in its file.
    public func location(of name: String? = nil) -> Location {
        positions.location(of: name.map { self.path(of: $0) } ?? path)
    }
}
