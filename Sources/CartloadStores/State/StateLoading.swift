// SPDX-License-Identifier: Apache-2.0

internal import CartloadCompute
internal import CartloadCore
internal import SQLiteDatabase

/// Everything in the tables, read once at the start, with what the segments hold.
struct StateLoading {
    private(set) var pipelines: [StoredPipeline] = []
    /// Of each segment: its payloads, and where the last of them ends.
    private(set) var segments: [Int: (live: Int, end: Int)] = [:]

    /// - Throws: `store.damaged` when a chunk is missing, belongs to no pipeline or has a state that there is not.
    init(_ database: Database) throws {
        var places: [Int: Int] = [:]
        pipelines = try database.rows("SELECT number, id, tenant, body FROM pipelines ORDER BY id") { row in
            places[row.int(0)] = places.count
            return StoredPipeline(
                pipeline: PipelineRecord(
                    id: row.string(1) ?? "", tenant: row.string(2) ?? "", body: Bytes(copying: row.blob(3))),
                chunks: [])
        }
        let rows = try database.prepare(
            """
            SELECT pipeline, sequence, id, digest, records, input_bytes, state, failed, compute_time, retries, \
            retried_records, output_bytes, aggregates, segment, offset, length FROM chunks ORDER BY pipeline, sequence
            """)
        var run = ChunkRun()
        while try rows.step() {
            let pipeline = rows.int(0)
            if pipeline != run.pipeline {
                try finish(run, at: places)
                run = ChunkRun(pipeline: pipeline)
            }
            guard run.append(rows) else {
                throw StateLoading.damage(
                    database, "chunk \(rows.int(1)) of pipeline \(pipeline) is not as it should be")
            }
            if !rows.isNull(13) {
                let found = segments[rows.int(13)] ?? (0, 0)
                segments[rows.int(13)] = (found.live + 1, max(found.end, rows.int(14) + rows.int(15)))
            }
        }
        try finish(run, at: places)
    }

    private mutating func finish(_ run: consuming ChunkRun, at places: [Int: Int]) throws {
        guard let pipeline = run.pipeline else { return }
        guard let place = places[pipeline] else {
            throw CartloadError(.storeDamaged, "there are chunks of pipeline \(pipeline), which is not there")
        }
        pipelines[place].chunks = run.finish()
    }

    private static func damage(_ database: Database, _ message: String) -> CartloadError {
        CartloadError(
            .storeDamaged, message, at: Location(source: database.path),
            advice: "Something else wrote to the store; restore a backup.")
    }
}
