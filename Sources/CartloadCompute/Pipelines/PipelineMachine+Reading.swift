// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore

/// What others look at.
extension PipelineMachine {
    var slots: [ChunkSlot] { chunks.slots }

    var counts: PipelineCounts {
        var counts = tally.counts
        counts.chunksAvailable = chunks.chunksAvailable
        counts.recordsAvailable = chunks.recordsAvailable
        return counts
    }

    var aggregates: Aggregates { tally.aggregates }

    /// Which chunks have failed records, in the order in which they were finished.
    var failedChunks: [Int] { tally.failedChunks }

    var rate: RecordRate { tally.rate }

    /// Bytes of chunks that are accepted and whose results are not stored.
    var inputUsed: Int { chunks.inputUsed }

    /// Bytes of results that are not delivered.
    var outputUsed: Int { chunks.outputUsed }

    /// How many chunks wait to be run.
    var queuedCount: Int { queue.count }

    var running: Int { workers.running }

    /// How many chunks may run at once now.
    var allowance: Int { workers.limit }

    /// How often a chunk could not be run.
    func attempts(_ sequence: Int) -> Int { chunks.slots[sequence].attempts }

    // MARK: Memory

    /// Bytes of payloads in memory.
    var retained: Int { chunks.retained }

    /// The input of a chunk that is about to run, if it is in memory.
    func input(_ sequence: Int) -> Bytes? { chunks.slots[sequence].input }

    func output(_ sequence: Int) -> Bytes? { chunks.slots[sequence].output }

    /// Forgets a payload that the store has.
    mutating func forgetInput(_ sequence: Int) { chunks.forgetInput(sequence) }

    mutating func forgetOutput(_ sequence: Int) { chunks.forgetOutput(sequence) }
}
