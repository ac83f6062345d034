// SPDX-License-Identifier: Apache-2.0

public import CartloadCore

/// The streams to be moved, and how.
public struct ConfiguredCatalog: Sendable, Hashable {
    public var streams: [ConfiguredStream]

    /// How many streams one sync takes (I7).
    static let maximumStreams = 10_000

    public init(_ streams: [ConfiguredStream]) { self.streams = streams }

    /// Reads one.
    ///
    /// - Throws: `CartloadError` with code `airbyte.catalog`.
    public init(_ json: JSONValue) throws {
        guard let entries = json["streams"]?.arrayValue else {
            throw AirbyteFault.catalog("it has no list of \"streams\"")
        }
        guard entries.count <= ConfiguredCatalog.maximumStreams else {
            throw AirbyteFault.catalog("it has more than \(ConfiguredCatalog.maximumStreams) streams")
        }
        streams = try entries.map(ConfiguredStream.init)
        var seen: Set<StreamDescriptor> = []
        for stream in streams where !seen.insert(stream.descriptor).inserted {
            throw AirbyteFault.catalog("the stream \"\(stream.descriptor)\" is in it twice")
        }
    }

    public var json: JSONValue { ["streams": .array(streams.map(\.json))] }
}
