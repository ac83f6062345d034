// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore

extension PipelineMachine {
    /// Takes in chunks, which count from ``accepted(_:now:)`` on.
    ///
    /// - Parameter pushed: With an id each, and the digest of their data.
    /// - Returns: The numbers of those that are new, and of those that were there before.
    /// - Throws: ``PipelineRefusal``; then nothing is changed.
    mutating func accept(
        _ pushed: [(chunk: PushedChunk, digest: Bytes)], tenantRoom: Int, _ changes: inout [StoreChange]
    ) throws(PipelineRefusal) -> (new: [Int], repeated: [Int]) {
        guard state.isOpen else { throw .notOpen(state) }
        let (new, repeated) = try divided(pushed)
        guard chunks.count + new.count <= limits.chunks else { throw .tooManyChunks(limit: limits.chunks) }
        let bytes = new.reduce(0) { $0 + $1.chunk.data.count }
        let capacity = definition.configuration.inputBytes
        guard bytes <= capacity else { throw .tooLarge(bytes: bytes, limit: capacity) }
        guard inputUsed + bytes <= capacity, bytes <= tenantRoom else { throw .inputFull(tryAfter: tryAfter) }
        let sequences = new.map { pushed in
            let chunk = pushed.chunk
            let record = ChunkRecord(
                sequence: chunks.count, id: chunk.id, digest: pushed.digest, recordCount: chunk.recordCount,
                inputBytes: chunk.data.count)
            chunks.append(ChunkSlot(record, phase: .accepting, input: chunk.data))
            changes.append(.accepted(pipeline: definition.id, record, input: chunk.data))
            return record.sequence
        }
        return (sequences, repeated)
    }

    /// Those that are new, and the numbers of those that are there.
    private func divided(_ pushed: [(chunk: PushedChunk, digest: Bytes)]) throws(PipelineRefusal)
        -> (new: [(chunk: PushedChunk, digest: Bytes)], repeated: [Int])
    {
        var new: [(chunk: PushedChunk, digest: Bytes)] = []
        var repeated: [Int] = []
        var seen: [String: Bytes] = [:]
        for pushed in pushed {
            let position = chunks.sequence(of: pushed.chunk.id)
            if let known = position.map({ chunks.slots[$0].digest }) ?? seen[pushed.chunk.id] {
                guard known == pushed.digest else { throw .duplicateChunk(pushed.chunk.id) }
                if let position { repeated.append(position) }
                continue
            }
            seen[pushed.chunk.id] = pushed.digest
            new.append(pushed)
        }
        return (new, repeated)
    }

    /// Whether chunks that were there before still are: their store has not failed since.
    func areKept(_ sequences: [Int]) -> Bool { sequences.allSatisfy { chunks.phase($0) != .void } }

    /// When to try again while the buffer is full: about when something will have been taken out of it.
    private var tryAfter: Duration {
        if isOutputFull { return .seconds(2) }
        let counts = tally.counts
        guard counts.chunksCompleted > 0 else { return .seconds(1) }
        let each = counts.computeTime / Double(counts.chunksCompleted) / Double(max(1, allowance))
        return .milliseconds(Int(min(max(each, 50), 10_000)))
    }

    /// Chunks could not be stored: they never were.
    mutating func withdraw(_ sequences: [Int]) {
        for sequence in sequences where chunks.phase(sequence) == .accepting { chunks.withdraw(sequence) }
    }
}
