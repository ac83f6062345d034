// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore

/// A chunk in the memory of its pipeline.
struct ChunkSlot: Sendable {
    enum Phase: Sendable, Hashable {
        /// Not yet durable.
        case accepting
        case queued
        case running
        /// It has run, and the result is not yet durable.
        case storing
        case available
        /// Handed out, and not yet acknowledged.
        case leased
        /// Being handed out: the delivery is not yet durable.
        case delivering
        case delivered
        case dropped
        /// It never was: the store could not keep it.
        case void
    }

    var id: String
    var digest: Bytes
    var recordCount: Int
    var inputBytes: Int
    var phase: Phase
    var outcome: ChunkOutcome?
    /// How often it could not be run, through no fault of its own.
    var attempts = 0
    /// Its place among the results of its pipeline, in the order in which they became available.
    var rank = 0
    /// Kept as long as there is memory for it; otherwise the store has it.
    var input: Bytes?
    var output: Bytes?
}

extension ChunkSlot {
    init(_ record: ChunkRecord, phase: Phase, input: Bytes? = nil) {
        self.init(
            id: record.id, digest: record.digest, recordCount: record.recordCount, inputBytes: record.inputBytes,
            phase: phase, outcome: record.outcome, input: input)
    }

    /// Its counts are still worth knowing when its result is not there any more.
    mutating func forgetAggregates() { outcome?.aggregates = Bytes() }
}

extension ChunkSlot {
    /// A result that is taken out.
    struct Taken: Sendable {
        var sequence: Int
        var id: String
        /// Nil where the store has it.
        var output: Bytes?
    }
}
