// SPDX-License-Identifier: Apache-2.0

internal import CartloadCompute
internal import CartloadCore
internal import SQLiteDatabase
internal import Synchronization

/// Finds where payloads are, from any thread, on a connection of its own.
final class PlaceReader: Sendable {
    private let statement: Mutex<Statement>

    init(folder: String) throws {
        // Opened for writing because the last connection to be closed puts the log away.
        let database = try Database(path: folder + "/state.db", access: .create)
        try database.execute("PRAGMA query_only = ON")
        statement = Mutex(
            try database.prepare(
                """
                SELECT segment, offset, length, checksum FROM chunks \
                WHERE pipeline = (SELECT number FROM pipelines WHERE id = ?) AND sequence = ? AND state = ?
                """))
    }

    /// The place of a payload; nil when there is none.
    func place(_ key: PayloadKey) throws -> FramePlace? {
        let state: ChunkRecord.State = key.kind == .input ? .queued : .finished
        return try statement.withLock { statement in
            try statement.bind(1, .text(key.pipeline))
            try statement.bind(2, key.sequence)
            try statement.bind(3, state.rawValue)
            defer { statement.reset() }
            guard try statement.step(), !statement.isNull(0) else { return nil }
            return FramePlace(
                segment: statement.int(0), offset: statement.int(1), length: statement.int(2),
                checksum: UInt32(truncatingIfNeeded: statement.int64(3)))
        }
    }
}
