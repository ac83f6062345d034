// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore

/// What follows when the store has answered.
extension EngineState {
    /// Pushed chunks are durable and can run (I1), or never were.
    mutating func accepted(
        _ chunks: (new: [Int], repeated: [Int]), of id: String, isDurable: Bool, now: Moment,
        _ changes: inout [StoreChange]
    ) {
        let isFull = isMemoryFull
        _ = try? update(id) { machine throws(PipelineRefusal) in
            guard isDurable else { return machine.withdraw(chunks.new) }
            machine.accepted(chunks.new, now: now)
            if machine.state == .cancelled { machine.dropLate(chunks.new, &changes) }
            if isFull { for sequence in chunks.new { machine.forgetInput(sequence) } }
        }
        guard isDurable else { return }
        totals.chunksAccepted += chunks.new.count
        totals.chunksRepeated += chunks.repeated.count
        for sequence in chunks.new {
            guard let slot = pipelines[id]?.slots[sequence] else { continue }
            totals.recordsAccepted += slot.recordCount
            totals.bytesAccepted += slot.inputBytes
        }
    }

    /// Results are gone for good, or are still there.
    mutating func delivered(_ sequences: [Int], of id: String, isDurable: Bool) {
        _ = try? update(id) { machine throws(PipelineRefusal) in
            if isDurable { machine.delivered(sequences) } else { machine.putBack(sequences) }
        }
        if isDurable { totals.chunksDelivered += sequences.count }
    }
}
