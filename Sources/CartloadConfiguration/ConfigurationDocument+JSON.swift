// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore

extension ConfigurationDocument {
    init(json bytes: Bytes, source: String?, environment: Environment) throws {
        let parsed: JSONValue
        do {
            parsed = try JSONValue(parsing: bytes)
        } catch let error as CartloadError {
            throw ConfigurationDocument.located(error, in: bytes, source: source)
        }
        // JSON is YAML too, but for some escapes: a second reading finds the lines and repeated keys. Without variables,
        // which the first reading puts in.
        var lines = Configuration.Positions(source: source)
        do {
            lines = try bytes.withUnsafeBytes { buffer in
                var tree = YAMLTree(buffer, source: source, environment: nil)
                _ = try tree.document()
                return tree.positions
            }
        } catch let error as CartloadError where error.code == .configurationSyntax {
            lines.lines = [:]
        }
        self.init(value: .null, positions: lines, substitutions: [:])
        value = try substituted(parsed, path: "", environment)
    }

    private init(value: JSONValue, positions: Configuration.Positions, substitutions: [String: [String]]) {
        self.value = value
        self.positions = positions
        self.substitutions = substitutions
    }

    private mutating func substituted(_ value: JSONValue, path: String, _ environment: Environment) throws -> JSONValue
    {
        switch value {
        case .string(let text):
            let location = Location(source: positions.source, line: positions.lines[path])
            let result = try environment.substitute(in: text, at: location)
            if !result.values.isEmpty { substitutions[path] = result.values }
            return .string(result.text)
        case .array(let elements):
            var changed: [JSONValue] = []
            for (index, element) in elements.enumerated() {
                changed.append(try substituted(element, path: "\(path)[\(index)]", environment))
            }
            return .array(changed)
        case .object(var object):
            for (key, member) in object.members {
                object[key] = try substituted(member, path: path.isEmpty ? key : "\(path).\(key)", environment)
            }
            return .object(object)
        default: return value
        }
    }

    /// A JSON error's byte as line and column.
    private static func located(_ error: CartloadError, in bytes: Bytes, source: String?) -> CartloadError {
        let offset = min(error.location.byte ?? 0, bytes.count)
        let before = bytes.withUnsafeBytes { Array($0[..<offset]) }
        let line = before.count { $0 == UInt8(ascii: "\n") } + 1
        let start = before.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
        return CartloadError(
            .configurationSyntax, "\(error.message), column \(offset - start + 1)",
            at: Location(source: source, line: line))
    }
}
