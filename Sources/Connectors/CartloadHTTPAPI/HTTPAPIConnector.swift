// SPDX-License-Identifier: Apache-2.0

public import CartloadCore

extension Connector {
    /// An HTTP API, as a definition in YAML describes it.
    public static let http = Connector(
        "http", "An HTTP API, as a definition in YAML describes it.",
        source: Role(settings: HTTPAPISource.settings) { try HTTPAPISource($0) },
        endpoint: { endpoint in
            guard endpoint.hasPrefix("api:"), endpoint.count > 4 else { return nil }
            return JSONObject([("definition", .string(String(endpoint.dropFirst(4))))])
        })

    /// The connector that a file in YAML defines; its settings are those that the definition asks its user for.
    ///
    /// - Throws: `CartloadError` when the file cannot be read, or is no definition.
    public static func http(definedBy path: String) throws -> Connector {
        let definition = try HTTPAPIDefinition(file: path)
        let summary = "The HTTP API that \(path) describes."
        guard definition.settings.isEmpty else {
            return Connector(
                definition.name, summary,
                source: Role(settings: definition.settings) { configuration in
                    try HTTPAPISource(definition, config: configuration.values)
                })
        }
        // A definition that does not say what it asks for takes any names.
        return Connector(
            definition.name, summary,
            source: Role(settings: Array(HTTPAPISource.settings.dropFirst())) { configuration in
                try HTTPAPISource(definition, config: HTTPAPISource.config(configuration))
            })
    }
}

extension HTTPAPISource {
    /// What can be set.
    public static let settings: [Setting] = [
        Setting("definition", .any, "The definition: a file's path, or a mapping.", isRequired: true),
        Setting("config", .mapping([]), "What the definition asks its user for, by name."),
        Setting("secrets", .mapping([]), "The same, for what must never be printed.", isSecret: true),
    ]

    /// From a checked configuration.
    public init(_ configuration: Configuration) throws {
        let definition: HTTPAPIDefinition
        switch configuration["definition"] {
        case .string(let path)?: definition = try HTTPAPIDefinition(file: path)
        case .object(let object)?:
            definition = try HTTPAPIDefinition(
                .object(object), path: configuration.path(of: "definition"), positions: configuration.positions)
        default: throw configuration.wrong("definition", "must be a path or a mapping")
        }
        do {
            try self.init(definition, config: HTTPAPISource.config(configuration))
        } catch let error as CartloadError {
            throw error.located(configuration.location())
        }
    }

    /// What templates see, with the secrets among it.
    fileprivate static func config(_ configuration: Configuration) -> JSONObject {
        var config = configuration["config"]?.objectValue ?? JSONObject()
        for (name, value) in configuration["secrets"]?.objectValue?.members ?? [] { config[name] = value }
        return config
    }
}
