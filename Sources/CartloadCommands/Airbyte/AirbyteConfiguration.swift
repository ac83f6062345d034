// SPDX-License-Identifier: Apache-2.0

internal import CartloadConfiguration
internal import CartloadCore

/// The configuration of an Airbyte connector, which a platform or a person wrote.
struct AirbyteConfiguration {
    /// The connector's own settings.
    let connector: Configuration
    /// Those of the source or destination around it.
    let adapter: Configuration
    /// What is in the file and nobody reads: platforms add members, and keep those of older versions.
    let ignored: [String]
    /// All of it, when it is JSON, which programs keep; what a person wrote is theirs to change.
    private let kept: JSONObject?

    /// Reads the file. JSON is taken as it is; YAML, which a person wrote, may name variables of the environment.
    ///
    /// - Parameters:
    ///   - own: The connector's settings.
    ///   - adapter: The settings of the source or destination.
    init(_ path: String, own: [Setting], adapter: [Setting], _ context: CommandContext) throws {
        var positions = Configuration.Positions(source: path)
        var substitutions: [String: [String]] = [:]
        let values: JSONValue
        var isKept = true
        do {
            values = try JSONFile.read(path)
        } catch let error as CartloadError where error.code == .invalidJSON && !path.hasSuffix(".json") {
            let document = try ConfigurationDocument(file: path, environment: context.environment)
            values = document.value
            positions = document.positions
            substitutions = document.substitutions
            isKept = false
        }
        guard let object = values.objectValue else {
            throw CartloadError(.wrongType, "the configuration must be a mapping", at: Location(source: path))
        }
        kept = isKept ? object : nil
        let all = own + adapter.filter { setting in !own.contains { $0.name == setting.name } }
        context.registry.learnSecrets(
            of: object, settings: all, substitutions: substitutions, context.console.redactor)
        func part(_ names: Set<String>) -> JSONObject {
            JSONObject(object.members.filter { names.contains($0.key) }.map { ($0.key, $0.value) })
        }
        let names = Set(own.map(\.name))
        let others = Set(adapter.map(\.name)).subtracting(names)
        connector = try Configuration(part(names), settings: own, positions: positions)
        self.adapter = try Configuration(part(others), settings: adapter, positions: positions)
        ignored = object.keys.filter { !names.contains($0) && !others.contains($0) }
    }

    var isKept: Bool { kept != nil }

    /// The configuration with a secret replaced wherever it stands; nil when nobody but a person keeps it.
    func replacing(_ old: String, by new: String) -> JSONObject? {
        kept.flatMap { AirbyteConfiguration.replacing(old, by: new, in: .object($0)).objectValue }
    }

    private static func replacing(_ old: String, by new: String, in value: JSONValue) -> JSONValue {
        switch value {
        case .string(old): .string(new)
        case .array(let elements): .array(elements.map { replacing(old, by: new, in: $0) })
        case .object(let object):
            .object(JSONObject(object.members.map { ($0.key, replacing(old, by: new, in: $0.value)) }))
        default: value
        }
    }

    /// What to say about each member that nobody reads.
    func warnings(_ settings: [Setting]) -> [String] {
        ignored.map { name in
            let near = name.nearest(in: settings.map(\.name)).map { "; did you mean \"\($0)\"?" } ?? ""
            return "the configuration has \"\(name)\", which is not known and not read\(near)"
        }
    }
}
