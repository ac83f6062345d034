// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore
internal import SQLiteDatabase

/// A connection for writing and its transaction, which one writer has for itself or the writers of a group share.
///
/// Unchecked because its writers are used one at a time, and so is what they share.
final class WriteTransaction: @unchecked Sendable {
    let database: Database
    private var turn: FileTurn?
    /// Grows when a transaction begins and when a table changes: what a writer knows of its table holds for one revision.
    private(set) var revision = 0
    /// The side tables that have been begun, so that another writer of the same stream goes on with it.
    private var begun: Set<String> = []

    init(_ settings: SQLiteDestination) throws {
        database = try Database(path: settings.path, access: .create, busyTimeout: settings.busyTimeout)
        // EXTRA is FULL plus a sync of the folder after the journal's removal: without it a power cut can bring the
        // journal back, and with it the state before a commit that was already acknowledged (I1).
        try database.execute("PRAGMA synchronous = EXTRA")
        try database.execute("PRAGMA cache_size = -4000")
    }

    var isOpen: Bool { turn != nil }

    /// Begins unless it is open already, waiting for the file's other writers.
    func begin() throws {
        guard turn == nil else { return }
        let turn = try FileTurn(of: database.path)
        try database.execute("BEGIN IMMEDIATE")
        self.turn = turn
        // Another program may have changed the tables since the last transaction.
        revision += 1
    }

    /// Makes everything durable; returns after it is on the disk (I1). After an error the transaction is still open.
    func commit() throws {
        guard isOpen else { return }
        try database.execute("COMMIT")
        turn = nil
    }

    /// Undoes what was not committed, and lets others write.
    func rollback() {
        database.rollback()
        // After a full disk SQLite leaves the undoing to the next reader; be that reader, so that others need not be.
        _ = try? database.integer("SELECT count(*) FROM sqlite_schema")
        turn = nil
    }

    func noteChange() { revision += 1 }

    /// Whether a side table is begun for the first time on this connection.
    func beginSideTable(_ name: String) -> Bool { begun.insert(name.sqlFolded).inserted }

    func forgetSideTable(_ name: String) { begun.remove(name.sqlFolded) }
}
