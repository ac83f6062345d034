// SPDX-License-Identifier: Apache-2.0

public import CartloadCore
public import CartloadFlow

extension CartloadError.Code {
    /// A flow or a command names a connector that does not exist.
    static let unknownConnector = CartloadError.Code("config.unknown-connector")
    /// No connector recognises an endpoint.
    static let unknownEndpoint = CartloadError.Code("config.unknown-endpoint")
    /// A connector is used as a source or destination, which it is not.
    static let wrongRole = CartloadError.Code("config.wrong-role")
}

/// All connectors; the only place that knows them.
public struct Registry: Sendable {
    public let connectors: [Connector]
    /// What a flow's `processors` can name.
    public let processors: [Processors.Entry]
    /// The settings of a processor, by its name; tells which of them are secret.
    public let stepSettings: @Sendable (String) -> [Setting]
    /// Makes a connector of the file that defines a source; nil when nobody can.
    public let definedSource: (@Sendable (String) throws -> Connector)?

    public init(
        _ connectors: [Connector], processors: [Processors.Entry] = Processors.all,
        stepSettings: (@Sendable (String) -> [Setting])? = nil,
        definedSource: (@Sendable (String) throws -> Connector)? = nil
    ) {
        self.connectors = connectors
        self.processors = processors
        self.stepSettings = stepSettings ?? { name in processors.first { $0.name == name }?.settings ?? [] }
        self.definedSource = definedSource
    }

    /// What a connector can be.
    public enum Role: String, Sendable {
        case source, destination
    }

    /// A flow's end, with its connector found and its settings put together but not yet checked.
    public struct Resolved: Sendable {
        public var connector: Connector
        public var settings: [Setting]
        public var values: JSONObject
        public var end: FlowEnd

        /// The settings, checked.
        public func configuration() throws -> Configuration {
            try Configuration(values, settings: settings, path: end.path, positions: end.positions)
        }
    }

    public func connector(named name: String, at location: Location = Location()) throws -> Connector {
        if let connector = connectors.first(where: { $0.name == name }) { return connector }
        let names = connectors.map(\.name)
        throw CartloadError(
            .unknownConnector, "there is no connector \"\(name)\"", at: location,
            advice: name.nearest(in: names).map { "Did you mean \"\($0)\"?" }
                ?? "The connectors are \(names.joined(separator: ", ")).")
    }

    /// The connector of a source that the command line names: by its name, or by the path of a file that defines it.
    public func sourceConnector(named word: String) throws -> Connector {
        let isPath = word.contains("/") || word.hasSuffix(".yaml") || word.hasSuffix(".yml")
        guard isPath, let definedSource else { return try connector(named: word) }
        return try definedSource(word)
    }

    /// Finds the connector of a flow's end; an endpoint goes to the first connector that recognises it.
    public func resolve(_ end: FlowEnd, as role: Role) throws -> Resolved {
        let location = end.positions.location(of: end.path)
        var values: JSONObject
        let connector: Connector
        switch end.form {
        case .connector(let name, let settings):
            connector = try self.connector(named: name, at: location)
            values = settings
        case .endpoint(let text):
            guard !text.isEmpty else {
                throw CartloadError(
                    .unknownEndpoint, "the \(role.rawValue) is empty", at: location,
                    advice: "Write a path, `-` or a URL; a variable may not be set.")
            }
            let found = connectors.lazy.compactMap { connector in connector.endpoint?(text).map { (connector, $0) } }
            guard let (first, settings) = found.first else {
                throw CartloadError(
                    .unknownEndpoint, "no connector knows the endpoint \"\(text)\"", at: location,
                    advice: "Write a path, `-` or a URL of one of these: "
                        + "\(connectors.filter { $0.endpoint != nil }.map(\.name).joined(separator: ", ")).")
            }
            connector = first
            values = settings
        }
        guard let settings = connector.settings(as: role) else {
            throw CartloadError(
                .wrongRole, "the connector \"\(connector.name)\" is no \(role.rawValue)", at: location,
                advice: "`cartload connectors` tells what each one can be.")
        }
        for (key, value) in end.overrides.members { values[key] = value }
        return Resolved(connector: connector, settings: settings, values: values, end: end)
    }

    /// Makes the source of a flow.
    public func source(_ end: FlowEnd) throws -> any Source {
        let resolved = try resolve(end, as: .source)
        guard let role = resolved.connector.source else {
            preconditionFailure("resolve(_:as:) has found the role")
        }
        return try role.make(try resolved.configuration())
    }

    /// Makes a destination of a flow.
    public func destination(_ end: FlowEnd) throws -> any Destination {
        let resolved = try resolve(end, as: .destination)
        guard let role = resolved.connector.destination else {
            preconditionFailure("resolve(_:as:) has found the role")
        }
        return try role.make(try resolved.configuration())
    }
}

extension Connector {
    /// The settings of a role; nil when the connector does not have it.
    func settings(as role: Registry.Role) -> [Setting]? {
        switch role {
        case .source: source?.settings
        case .destination: destination?.settings
        }
    }
}

extension [Connector] {
    /// The names of those that can be this; of all for nil.
    func names(_ role: Registry.Role?) -> [String] {
        filter { connector in role.map { connector.settings(as: $0) != nil } ?? true }.map(\.name)
    }
}
