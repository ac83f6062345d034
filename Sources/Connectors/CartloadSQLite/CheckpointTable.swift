// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore
internal import SQLiteDatabase

/// The checkpoints that commit with the data they stand for (I3), in the table `_cartload_checkpoints`.
struct CheckpointTable {
    struct Entry {
        var commit: Commit
        /// Whether it was the stream's last, so that an overwrite has been swapped in.
        var isComplete: Bool
    }

    let database: Database
    let id: String
    let stream: String

    func load() throws -> Entry? {
        guard try database.hasTable("_cartload_checkpoints") else { return nil }
        return try database.rows(
            "SELECT sequence, checkpoint, complete FROM _cartload_checkpoints WHERE id = ? AND stream = ?", .text(id),
            .text(stream)
        ) { row in
            let checkpoint = Checkpoint(try JSONValue(parsing: row.string(1) ?? "null"))
            return Entry(
                commit: Commit(sequence: Int(row.int64(0)), checkpoint: checkpoint, isLast: row.int64(2) != 0),
                isComplete: row.int64(2) != 0)
        }.first
    }

    /// Stores a commit; the caller's transaction makes it true together with the data.
    func save(_ commit: Commit) throws {
        try database.execute(
            """
            CREATE TABLE IF NOT EXISTS _cartload_checkpoints (id TEXT, stream TEXT, sequence INTEGER NOT NULL, \
            checkpoint TEXT NOT NULL, complete INTEGER NOT NULL, PRIMARY KEY (id, stream)) WITHOUT ROWID
            """)
        try database.execute(
            "INSERT OR REPLACE INTO _cartload_checkpoints VALUES (?, ?, ?, ?, ?)", .text(id), .text(stream),
            .integer(Int64(commit.sequence)), .text(commit.checkpoint.description), .integer(commit.isLast ? 1 : 0))
    }

    func forget() throws {
        guard try database.hasTable("_cartload_checkpoints") else { return }
        try database.execute("DELETE FROM _cartload_checkpoints WHERE id = ? AND stream = ?", .text(id), .text(stream))
        // A one-off copy leaves no table of ours behind.
        if try database.integer("SELECT 1 FROM _cartload_checkpoints") == nil {
            try database.execute("DROP TABLE _cartload_checkpoints")
        }
    }
}
