// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore
internal import Glibc
internal import SQLiteDatabase
internal import Synchronization

/// Keeps checkpoints in `state.db` in a folder, and claims as file locks beside it.
public final class SQLiteCheckpointStore: CheckpointStore {
    /// The version of the tables; later releases migrate older ones.
    static let version: Int64 = 1

    private let directory: String
    /// Behind a lock: streams of one flow save from threads of their own.
    private let database: Mutex<Database>

    /// Opens the store, and makes the folder when it is not there.
    public init(directory: String) throws {
        self.directory = directory
        try SQLiteCheckpointStore.makeDirectory(directory)
        let database = try Database(path: directory + "/state.db", access: .create)
        // One sync a save; FULL, because a saved checkpoint must survive a power cut (I1).
        try database.execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL")
        try SQLiteCheckpointStore.migrate(database)
        self.database = Mutex(database)
    }

    public func claim(_ id: String) throws -> CheckpointClaim {
        let path = "\(directory)/\(SQLiteCheckpointStore.fileName(id)).lock"
        let file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
        guard file >= 0 else { throw SQLiteCheckpointStore.failure(path, errno) }
        // The kernel gives the lock back when the process ends, also by `kill -9`. The file stays: removing it would
        // let two runs lock two files of the same name.
        guard flock(file, LOCK_EX | LOCK_NB) == 0 else {
            let error = errno
            var text = [UInt8](repeating: 0, count: 32)
            let size = max(0, pread(file, &text, text.count, 0))
            close(file)
            guard error == EWOULDBLOCK else { throw SQLiteCheckpointStore.failure(path, error) }
            let holder = String(decoding: text[..<size], as: UTF8.self).filter(\.isNumber)
            throw CheckpointClaim.taken(id, holder: holder.isEmpty ? nil : holder)
        }
        let holder = Array("\(getpid())\n".utf8)
        if ftruncate(file, 0) == 0 { _ = pwrite(file, holder, holder.count, 0) }  // only for the message above
        return CheckpointClaim {
            // A child that another thread starts has the same open file until it runs its program.
            flock(file, LOCK_UN)
            close(file)
        }
    }

    public func load(_ id: String) throws -> SavedCheckpoint? {
        try database.withLock { database in
            try database.rows(
                "SELECT sequence, checkpoint, receipts, intent, updated_at FROM checkpoints WHERE id = ?", .text(id)
            ) { row in
                SavedCheckpoint(
                    sequence: Int(row.int64(0)),
                    checkpoint: try row.string(1).map { Checkpoint(try JSONValue(parsing: $0)) },
                    receipts: try JSONValue(parsing: row.string(2) ?? "{}").receipts,
                    intent: try row.string(3).map { SavedCheckpoint.Intent(try JSONValue(parsing: $0)) },
                    updatedAt: row.int64(4))
            }.first
        }
    }

    public func save(_ state: SavedCheckpoint, for id: String) throws {
        try database.withLock { database in
            try database.execute(
                "INSERT OR REPLACE INTO checkpoints VALUES (?, ?, ?, ?, ?, ?)", .text(id),
                .integer(Int64(state.sequence)),
                state.checkpoint.map { .text($0.description) } ?? .null,
                .text(JSONValue(receipts: state.receipts).description),
                state.intent.map { .text($0.value.description) } ?? .null, .integer(state.updatedAt))
        }
    }

    public func forget(_ id: String) throws {
        try database.withLock { try $0.execute("DELETE FROM checkpoints WHERE id = ?", .text(id)) }
    }

    /// Removes the store's files, and the folder if nothing else is in it, when no state is left.
    public func removeIfEmpty() throws {
        let isEmpty = try database.withLock { try $0.integer("SELECT 1 FROM checkpoints") == nil }
        guard isEmpty, let folder = opendir(directory) else { return }
        defer { closedir(folder) }
        while let entry = readdir(folder) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            let isOurs = name.hasPrefix("state.db") || (name.hasPrefix("run-") && name.hasSuffix(".lock"))
            if isOurs { unlink("\(directory)/\(name)") }
        }
        rmdir(directory)
    }

    private static func migrate(_ database: Database) throws {
        try database.transaction {
            let found = try database.integer("PRAGMA user_version") ?? 0
            guard found <= version else {
                throw CartloadError(
                    .newerState,
                    "the state was written by a newer release (version \(found), this one knows \(version))",
                    at: Location(source: database.path), advice: "Use that release, or another state directory.")
            }
            try database.execute(
                """
                CREATE TABLE IF NOT EXISTS checkpoints (id TEXT PRIMARY KEY, sequence INTEGER NOT NULL, checkpoint TEXT, \
                receipts TEXT NOT NULL, intent TEXT, updated_at INTEGER NOT NULL) WITHOUT ROWID
                """)
            try database.execute("PRAGMA user_version = \(version)")
        }
    }
}

extension SQLiteCheckpointStore {
    /// A file name for any id: other bytes than letters, digits, `-`, `_` and inner dots as `%xx`; long ones end in a
    /// hash.
    static func fileName(_ id: String) -> String {
        var name = ""
        for byte in id.utf8 {
            let isPlain = (0x30...0x39).contains(byte) || (0x41...0x5a).contains(byte) || (0x61...0x7a).contains(byte)
            if isPlain || byte == 0x2d || byte == 0x5f {
                name.unicodeScalars.append(Unicode.Scalar(byte))
            } else {
                name += "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
            }
        }
        guard name.utf8.count > 200 else { return "run-\(name)" }
        // FNV-1a: stable between runs, which Swift's hash is not.
        let hash = id.utf8.reduce(0xcbf2_9ce4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
        return "run-\(name.prefix(180))-\(String(hash, radix: 16))"
    }

    static func makeDirectory(_ path: String) throws {
        var prefix = path.hasPrefix("/") ? "/" : ""
        for part in path.split(separator: "/") {
            prefix += prefix.isEmpty || prefix.hasSuffix("/") ? String(part) : "/" + part
            guard mkdir(prefix, 0o755) == 0 || errno == EEXIST else { throw failure(prefix, errno) }
        }
    }

    private static func failure(_ path: String, _ error: Int32) -> CartloadError {
        let reason = strerror(error).map { String(cString: $0) } ?? "error \(error)"
        return CartloadError(
            .stateDirectory, "the state directory cannot be used: \(reason)", at: Location(source: path),
            advice: "Choose another one with --state.")
    }
}
