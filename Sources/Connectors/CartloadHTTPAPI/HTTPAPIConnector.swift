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
        var config = configuration["config"]?.objectValue ?? JSONObject()
        for (name, value) in configuration["secrets"]?.objectValue?.members ?? [] { config[name] = value }
        do {
            try self.init(definition, config: config)
        } catch let error as CartloadError {
            throw error.located(configuration.location())
        }
    }
}
