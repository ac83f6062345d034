// SPDX-License-Identifier: Apache-2.0

public import CartloadCore
internal import CartloadFlow
public import CartloadProcess

/// Anybody's Airbyte source as a source of flows: a child process, run once for each stream.
///
/// What a run reads is what the connector's own STATE says: checkpoints are its states, each true of the records before it.
/// A stream is complete only when the connector exits with 0, has reported no error and does not call the stream incomplete.
public struct AirbyteSource: Source {
    public var program: ForeignProgram
    /// Its streams; nil asks it with `discover`.
    public var catalog: [AirbyteStream]?
    /// The streams to read; nil for all.
    public var streamNames: [String]?
    /// Whether every stream is read whole, also those that could be read from their state on.
    public var isFullRefresh = false
    /// Whether it is asked first if its configuration works.
    public var checks = true
    public var maximumMessageBytes = 256 << 20

    public init(_ program: ForeignProgram, catalog: [AirbyteStream]? = nil, streams: [String]? = nil) {
        self.program = program
        self.catalog = catalog
        streamNames = streams
    }

    public func streams() async throws -> [any CartloadCore.Stream] {
        let catalog = if let given = self.catalog { given } else { try await discover() }
        let names = Dictionary(grouping: catalog, by: \.descriptor.name)
        let named = catalog.map { stream in
            // Streams of one name in two namespaces must not be taken for one.
            let name = stream.descriptor.name
            let isShared = names[name, default: []].count > 1
            return (isShared ? stream.descriptor.namespace.map { "\($0)_\(name)" } ?? name : name, stream)
        }
        if let missing = streamNames?.first(where: { name in !named.contains { $0.0 == name } }) {
            throw AirbyteFault.catalog(
                "the connector has no stream \"\(missing)\"",
                advice: "It has: \(named.prefix(20).map(\.0).joined(separator: ", ")).")
        }
        return try named.filter { name, _ in streamNames?.contains(name) ?? true }
            .map { try ConnectorStream(self, $1, name: $0) }
    }

    private func discover() async throws -> [AirbyteStream] {
        let folder = try ProgramFolder()
        let config = try folder.write("config.json", program.configuration)
        defer { withExtendedLifetime(folder) {} }
        if checks {
            let answer = try await ConnectorAnswer(
                to: ["check", "--config", config], of: self, wanting: "CONNECTION_STATUS")
            let status = answer.message["connectionStatus"]
            guard status?["status"] == "SUCCEEDED" else {
                let words = status?["message"]?.stringValue ?? "its check fails"
                throw CartloadError(
                    .airbyteFailure, "the connector cannot connect: \(words)", at: Location(source: answer.name),
                    advice: "Correct its configuration.")
            }
        }
        let answer = try await ConnectorAnswer(to: ["discover", "--config", config], of: self, wanting: "CATALOG")
        guard let streams = answer.message["catalog"]?["streams"]?.arrayValue else {
            throw AirbyteFault.catalog("the connector's has no list of \"streams\"")
        }
        return try streams.map(AirbyteStream.init)
    }
}
