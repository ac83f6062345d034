// SPDX-License-Identifier: Apache-2.0

public import CartloadCore
internal import CartloadFlow

/// Whether a source can be read at all: connects, and reads a record of each stream at most.
public struct SourceCheck: Sendable {
    let source: any Source

    public init(_ source: any Source) { self.source = source }

    /// - Returns: How many streams there are, and how many of them have records.
    /// - Throws: The first thing that is wrong.
    public func run() async throws -> (streams: Int, withRecords: Int) {
        let streams = try await source.streams()
        var withRecords = 0
        for stream in streams where try await StreamSample(of: stream, records: 1).recordCount > 0 { withRecords += 1 }
        return (streams.count, withRecords)
    }
}
