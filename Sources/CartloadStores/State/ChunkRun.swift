// SPDX-License-Identifier: Apache-2.0

internal import CartloadCompute
internal import CartloadCore
internal import SQLiteDatabase

/// The chunks of one pipeline as their rows come in.
///
/// Digests and aggregates of all of them share one allocation: a million small ones would take longer than the rows.
struct ChunkRun: ~Copyable {
    let pipeline: Int?
    private var chunks: [ChunkRecord] = []
    private var bytes = BytesBuilder()
    private var ends: [(digest: Int, aggregates: Int)] = []

    init(pipeline: Int? = nil) { self.pipeline = pipeline }

    /// Takes a row of ``StateLoading``; false when it is not the next of the pipeline or has an unknown state.
    mutating func append(_ row: Statement) -> Bool {
        guard row.int(1) == chunks.count, let state = ChunkRecord.State(rawValue: row.int(6)) else { return false }
        bytes.append(row.blob(3))
        let digestEnd = bytes.count
        bytes.append(row.blob(12))
        ends.append((digestEnd, bytes.count))
        chunks.append(
            ChunkRecord(
                sequence: row.int(1), id: row.string(2) ?? "", digest: Bytes(), recordCount: row.int(4),
                inputBytes: row.int(5), state: state, outcome: row.isNull(7) ? nil : ChunkRun.outcome(row)))
        return true
    }

    private static func outcome(_ row: Statement) -> ChunkOutcome {
        ChunkOutcome(
            failedCount: row.int(7), computeTime: row.double(8), retryCount: row.int(9),
            retriedRecordCount: row.int(10), outputBytes: row.int(11))
    }

    consuming func finish() -> [ChunkRecord] {
        let shared = bytes.finish()
        var start = 0
        for (index, end) in ends.enumerated() {
            chunks[index].digest = shared[start..<end.digest]
            if end.aggregates > end.digest { chunks[index].outcome?.aggregates = shared[end.digest..<end.aggregates] }
            start = end.aggregates
        }
        return chunks
    }
}
