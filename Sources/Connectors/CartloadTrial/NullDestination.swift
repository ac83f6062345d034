// SPDX-License-Identifier: Apache-2.0

public import CartloadCore

/// A destination that counts records and keeps nothing: what a run through it takes is what the source and the processors take.
public struct NullDestination: Destination {
    public init() {}

    public func open(_ stream: DestinationStream) async throws -> any DestinationWriter { NullWriter() }
}

/// The engine counts what is prepared, so there is nothing left to do.
struct NullWriter: DestinationWriter {
    func prepare(_ batch: RecordBatch, _ diagnostics: inout Diagnostics) throws -> PreparedBatch {
        // Only a sealed batch may not know how many records it has.
        let count = try batch.count ?? batch.opened(&diagnostics).count
        return PreparedBatch((), recordCount: count ?? 0, byteCount: batch.byteCount)
    }

    func write(_ batch: PreparedBatch) async throws {}

    func commit(_ commit: Commit) async throws -> JSONValue { .null }
}
