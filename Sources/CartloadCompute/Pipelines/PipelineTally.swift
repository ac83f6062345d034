// SPDX-License-Identifier: Apache-2.0

/// What the chunks of a pipeline have come to so far; nothing is ever taken back.
struct PipelineTally: Sendable {
    /// Without what is available, which is a matter of the chunks.
    private(set) var counts = PipelineCounts()
    private(set) var aggregates = Aggregates()
    /// Which chunks have failed records, in the order in which they were finished.
    private(set) var failedChunks: [Int] = []
    private(set) var rate = RecordRate()

    mutating func submit(_ slot: ChunkSlot) {
        counts.chunksSubmitted += 1
        counts.recordsSubmitted += slot.recordCount
        counts.inputBytes += slot.inputBytes
    }

    /// - Parameter now: When it was completed, for the rate; nil for long ago.
    mutating func complete(
        _ sequence: Int, _ slot: ChunkSlot, _ outcome: ChunkOutcome, _ more: Aggregates, at now: Duration?
    ) {
        counts.chunksCompleted += 1
        counts.recordsCompleted += slot.recordCount
        counts.chunksFailed += outcome.failedCount > 0 ? 1 : 0
        counts.recordsFailed += outcome.failedCount
        counts.chunksRetried += outcome.retryCount > 0 ? 1 : 0
        counts.recordsRetried += outcome.retriedRecordCount
        counts.computeTime += outcome.computeTime
        counts.outputBytes += outcome.outputBytes
        aggregates.merge(more)
        if outcome.failedCount > 0 { failedChunks.append(sequence) }
        if let now { rate.add(slot.recordCount, at: now) }
    }

    /// Whether more than this percentage of the records has failed.
    func hasFailed(beyond percentage: Int) -> Bool {
        // Clients send more than a hundred, too; and what they send may be too large to multiply.
        counts.recordsFailed * 100 > min(percentage, 100) * counts.recordsCompleted
    }
}
