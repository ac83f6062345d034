// SPDX-License-Identifier: Apache-2.0

public import CartloadCore

/// Whether a destination can be written at all: opens it for a stream of its own, and writes nothing.
public struct DestinationCheck: Sendable {
    /// What the stream is called.
    static let streamName = "_cartload_check"

    let destination: any Destination

    public init(_ destination: any Destination) { self.destination = destination }

    /// - Throws: What is wrong.
    public func run() async throws {
        let stream = DestinationStream(
            DestinationCheck.streamName, schema: Schema([Field("id", .integer)]),
            checkpointID: "airbyte/\(DestinationCheck.streamName)", load: .append)
        let group = try destination.writers()
        do {
            _ = try await group.open(stream)
        } catch {
            try? await group.close()
            throw error
        }
        try await group.close()
    }
}
