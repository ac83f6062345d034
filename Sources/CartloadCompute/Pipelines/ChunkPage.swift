// SPDX-License-Identifier: Apache-2.0

/// A part of the chunks of a pipeline, newest first.
public struct ChunkPage: Sendable, Hashable {
    public var chunks: [ChunkSnapshot]
    /// How many come before the first of them.
    public var offset: Int
    /// How many there are to page through.
    public var total: Int
}

extension PipelineMachine {
    /// Some of the chunks, newest first.
    ///
    /// - Parameters:
    ///   - offset: How many are left out.
    ///   - isOnlyFailed: Whether only those with failed records count; they come in the order in which they were finished.
    func page(offset: Int, atMost limit: Int, isOnlyFailed: Bool) -> ChunkPage {
        let total = isOnlyFailed ? failedChunks.count : slots.count
        let start = min(max(0, offset), total)
        let chunks = (start..<min(total, start + max(0, limit))).compactMap { position in
            let sequence = isOnlyFailed ? failedChunks[total - 1 - position] : total - 1 - position
            return slots[sequence].snapshot(sequence)
        }
        return ChunkPage(chunks: chunks, offset: start, total: total)
    }
}
