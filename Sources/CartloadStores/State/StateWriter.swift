// SPDX-License-Identifier: Apache-2.0

internal import CartloadCompute
internal import CartloadCore
internal import SQLiteDatabase

/// Makes changes in the tables of pipelines and chunks, those of a group in one transaction.
///
/// Used by the committing thread alone.
final class StateWriter {
    /// The changes of one commit, and where their payloads are, in order.
    struct Work {
        var changes: [StoreChange]
        var places: ArraySlice<FramePlace>
    }

    private let database: Database
    private let disk: any StoreDisk
    private let begin: Statement
    private let putPipeline: Statement
    private let findPipeline: Statement
    private let removePipeline: Statement
    private let addChunk: Statement
    private let findChunk: Statement
    private let finishChunk: Statement
    private let releaseChunk: Statement
    private let countChunks: Statement
    private let removeChunks: Statement
    /// Whether a transaction failed at its end: it is not made, but the log may hold it, and a crash would bring it back. The next
    /// one that is made writes over it.
    private(set) var isUnsure = false
    /// Of this transaction.
    private var numbers: [String: Int] = [:]
    private var tally = SegmentTally()

    init(_ database: Database, disk: any StoreDisk) throws {
        self.database = database
        self.disk = disk
        begin = try database.prepare("BEGIN IMMEDIATE")
        putPipeline = try database.prepare(
            """
            INSERT INTO pipelines (id, tenant, body) VALUES (?, ?, ?) \
            ON CONFLICT (id) DO UPDATE SET tenant = excluded.tenant, body = excluded.body
            """)
        findPipeline = try database.prepare("SELECT number FROM pipelines WHERE id = ?")
        removePipeline = try database.prepare("DELETE FROM pipelines WHERE number = ?")
        addChunk = try database.prepare("INSERT INTO chunks VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
        findChunk = try database.prepare("SELECT state, segment FROM chunks WHERE pipeline = ? AND sequence = ?")
        finishChunk = try database.prepare(
            """
            UPDATE chunks SET state = ?3, failed = ?4, compute_time = ?5, retries = ?6, retried_records = ?7, \
            output_bytes = ?8, aggregates = ?9, segment = ?10, offset = ?11, length = ?12, checksum = ?13 \
            WHERE pipeline = ?1 AND sequence = ?2
            """)
        releaseChunk = try database.prepare(
            """
            UPDATE chunks SET state = ?3, segment = NULL, offset = NULL, length = NULL, checksum = NULL \
            WHERE pipeline = ?1 AND sequence = ?2
            """)
        countChunks = try database.prepare(
            "SELECT segment, count(*) FROM chunks WHERE pipeline = ? AND segment IS NOT NULL GROUP BY segment")
        removeChunks = try database.prepare("DELETE FROM chunks WHERE pipeline = ?")
    }

    /// Makes all changes, or none.
    ///
    /// - Returns: How many payloads each segment has more or fewer.
    func apply(_ works: [Work]) throws -> SegmentTally {
        numbers = [:]
        tally = SegmentTally()
        try transaction {
            for work in works {
                var places = work.places
                for change in work.changes { try apply(change, &places) }
            }
        }
        return tally
    }

    /// Writes over what the log may hold of a transaction that failed.
    func makeSure() throws {
        if isUnsure { try transaction { try database.execute("PRAGMA user_version = \(StateSchema.version)") } }
    }

    private func transaction(_ body: () throws -> Void) throws {
        try begin.run()
        do {
            try body()
            do {
                try disk.commit(database)
                isUnsure = false
            } catch {
                isUnsure = true
                throw error
            }
        } catch {
            database.rollback()
            throw error
        }
    }

    private func apply(_ change: StoreChange, _ places: inout ArraySlice<FramePlace>) throws {
        switch change {
        case .pipeline(let record): try put(record)
        case .accepted(let pipeline, let chunk, _):
            guard let place = places.popFirst(), let number = try number(pipeline) else { return }
            try add(chunk, to: number, place)
        case .finished(let pipeline, let sequence, let outcome, _):
            guard let place = places.popFirst(), let number = try number(pipeline) else { return }
            try finish(number, sequence, outcome, place)
        case .released(let pipeline, let sequences, let state):
            guard let number = try number(pipeline) else { return }
            for sequence in sequences { try release(number, sequence, state) }
        case .removed(let pipeline):
            guard let number = try number(pipeline) else { return }
            numbers[pipeline] = nil
            try remove(number)
        }
    }

    private func number(_ pipeline: String) throws -> Int? {
        if let number = numbers[pipeline] { return number }
        try findPipeline.bind(1, .text(pipeline))
        defer { findPipeline.reset() }
        guard try findPipeline.step() else { return nil }
        let number = findPipeline.int(0)
        numbers[pipeline] = number
        return number
    }

    private func put(_ record: PipelineRecord) throws {
        try putPipeline.bind(1, .text(record.id))
        try putPipeline.bind(2, .text(record.tenant))
        try putPipeline.bind(3, record.body)
        defer { putPipeline.clearBindings() }
        try putPipeline.run()
    }

    private func add(_ chunk: ChunkRecord, to pipeline: Int, _ place: FramePlace) throws {
        try addChunk.bind(1, pipeline)
        try addChunk.bind(2, chunk.sequence)
        try addChunk.bind(3, .text(chunk.id))
        try addChunk.bind(4, chunk.digest)
        try addChunk.bind(5, chunk.recordCount)
        try addChunk.bind(6, chunk.inputBytes)
        try addChunk.bind(7, chunk.state.rawValue)
        defer { addChunk.clearBindings() }
        if let outcome = chunk.outcome { try bind(outcome, to: addChunk, from: 8) }
        try bind(place, to: addChunk, from: 14)
        try addChunk.run()
        tally.add(place.segment)
    }

    private func finish(_ pipeline: Int, _ sequence: Int, _ outcome: ChunkOutcome, _ place: FramePlace) throws {
        guard let found = try find(pipeline, sequence), found.state == ChunkRecord.State.queued.rawValue else { return }
        try finishChunk.bind(1, pipeline)
        try finishChunk.bind(2, sequence)
        try finishChunk.bind(3, ChunkRecord.State.finished.rawValue)
        try bind(outcome, to: finishChunk, from: 4)
        defer { finishChunk.clearBindings() }
        try bind(place, to: finishChunk, from: 10)
        try finishChunk.run()
        if let segment = found.segment { tally.remove(segment) }
        tally.add(place.segment)
    }

    private func release(_ pipeline: Int, _ sequence: Int, _ state: ChunkRecord.State) throws {
        guard let found = try find(pipeline, sequence) else { return }
        try releaseChunk.bind(1, pipeline)
        try releaseChunk.bind(2, sequence)
        try releaseChunk.bind(3, state.rawValue)
        try releaseChunk.run()
        if let segment = found.segment { tally.remove(segment) }
    }

    private func remove(_ pipeline: Int) throws {
        try countChunks.bind(1, pipeline)
        defer { countChunks.reset() }
        while try countChunks.step() { tally.remove(countChunks.int(0), countChunks.int(1)) }
        try removeChunks.bind(1, pipeline)
        try removeChunks.run()
        try removePipeline.bind(1, pipeline)
        try removePipeline.run()
    }

    private func find(_ pipeline: Int, _ sequence: Int) throws -> (state: Int, segment: Int?)? {
        try findChunk.bind(1, pipeline)
        try findChunk.bind(2, sequence)
        defer { findChunk.reset() }
        guard try findChunk.step() else { return nil }
        return (findChunk.int(0), findChunk.isNull(1) ? nil : findChunk.int(1))
    }

    private func bind(_ outcome: ChunkOutcome, to statement: Statement, from index: Int) throws {
        try statement.bind(index, outcome.failedCount)
        try statement.bind(index + 1, .real(outcome.computeTime))
        try statement.bind(index + 2, outcome.retryCount)
        try statement.bind(index + 3, outcome.retriedRecordCount)
        try statement.bind(index + 4, outcome.outputBytes)
        try statement.bind(index + 5, outcome.aggregates)
    }

    private func bind(_ place: FramePlace, to statement: Statement, from index: Int) throws {
        try statement.bind(index, place.segment)
        try statement.bind(index + 1, place.offset)
        try statement.bind(index + 2, place.length)
        try statement.bind(index + 3, .integer(Int64(place.checksum)))
    }
}
