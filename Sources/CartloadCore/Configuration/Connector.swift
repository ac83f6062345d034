// SPDX-License-Identifier: Apache-2.0

/// One system that records can come from, go to, or both; the registry holds one for each.
public struct Connector: Sendable {
    /// The name used in YAML and in `cartload connectors`.
    public var name: String
    /// One sentence.
    public var summary: String
    public var source: Role<any Source>?
    public var destination: Role<any Destination>?
    /// Recognises endpoints on the command line, such as `sqlite:file.db#table`, and says what they set, or nil for others;
    /// it is nil itself for a connector that has no endpoints.
    public var endpoint: (@Sendable (String) -> JSONObject?)?

    /// How to make one end.
    public struct Role<End>: Sendable {
        public var settings: [Setting]
        public var make: @Sendable (Configuration) throws -> End

        public init(settings: [Setting], make: @escaping @Sendable (Configuration) throws -> End) {
            self.settings = settings
            self.make = make
        }
    }

    public init(
        _ name: String, _ summary: String, source: Role<any Source>? = nil, destination: Role<any Destination>? = nil,
        endpoint: (@Sendable (String) -> JSONObject?)? = nil
    ) {
        self.name = name
        self.summary = summary
        self.source = source
        self.destination = destination
        self.endpoint = endpoint
    }
}
