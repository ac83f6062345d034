// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore
internal import SQLiteDatabase
internal import Synchronization

/// The entries of a link's buffer in a database, from when a transfer has ended until they are delivered.
final class BufferFile: Sendable {
    private let database: Mutex<Database>
    private let link: String

    /// Opens it, and makes it when it is not there.
    init(_ path: String, link: String) throws {
        let database = try Database(path: path, access: .create)
        try database.execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL")
        try database.execute(
            """
            CREATE TABLE IF NOT EXISTS buffer (link TEXT NOT NULL, number INTEGER NOT NULL, records TEXT NOT NULL, \
            rest TEXT NOT NULL, PRIMARY KEY (link, number)) WITHOUT ROWID
            """)
        self.database = Mutex(database)
        self.link = link
    }

    /// Adds what a transfer brought, all of it or nothing.
    func append(_ entries: [BufferedRecords.Entry]) throws {
        let rows = entries.map { entry in
            var text = BytesBuilder()
            var diagnostics = Diagnostics()
            entry.piece.batch?.writeJSONLines(into: &text, &diagnostics)
            return (entry.number, text.finish(), JSONValue(rest: entry.piece))
        }
        try database.withLock { database in
            try database.transaction {
                for (number, text, rest) in rows {
                    try database.execute(
                        "INSERT INTO buffer VALUES (?, ?, ?, ?)", .text(link), .integer(Int64(number)),
                        .text(text.text), .text(rest.description))
                }
            }
        }
    }

    /// What is held after an entry, in order.
    func entries(after number: Int) throws -> [(number: Int, piece: LinkIntake.Piece)] {
        try database.withLock { database in
            try database.execute(
                "DELETE FROM buffer WHERE link = ? AND number <= ?", .text(link), .integer(Int64(number)))
            return try database.rows(
                "SELECT number, records, rest FROM buffer WHERE link = ? ORDER BY number", .text(link)
            ) { row in
                var piece = try JSONValue(parsing: row.string(2) ?? "{}").bufferedPiece(link: link)
                let lines = (row.string(1) ?? "").split(separator: "\n").map(String.init)
                if !lines.isEmpty { piece.batch = RecordBatch(.rows(Rows(lines))) }
                return (Int(row.int64(0)), piece)
            }
        }
    }

    /// Forgets entries that are delivered.
    func remove(through number: Int) throws {
        try database.withLock {
            try $0.execute("DELETE FROM buffer WHERE link = ? AND number <= ?", .text(link), .integer(Int64(number)))
        }
    }
}

extension JSONValue {
    /// What a buffer keeps of a piece beside its records.
    fileprivate init(rest piece: LinkIntake.Piece) {
        var rest = JSONObject([
            ("read", .int(piece.recordsRead)), ("dropped", .int(piece.recordsDropped)),
            ("bytes", .int(piece.bytesRead)),
        ])
        if let positions = piece.positions { rest["positions"] = positions.checkpoint(link: "").value }
        if piece.isPlaceless { rest["placeless"] = true }
        let rejects = piece.diagnostics.rejects
        if !rejects.isEmpty { rest["rejects"] = .array(rejects.map(RejectFile.line)) }
        for (code, count) in piece.diagnostics.warnings { rest["warnings." + code.rawValue] = .int(count) }
        self = .object(rest)
    }

    fileprivate func bufferedPiece(link: String) throws -> LinkIntake.Piece {
        var piece = LinkIntake.Piece()
        piece.recordsRead = self["read"]?.intValue ?? 0
        piece.recordsDropped = self["dropped"]?.intValue ?? 0
        piece.bytesRead = self["bytes"]?.intValue ?? 0
        piece.positions = try self["positions"].map { try LinkPositions(Checkpoint($0), link: "") }
        piece.isPlaceless = self["placeless"] == true
        for reject in self["rejects"]?.arrayValue ?? [] { piece.diagnostics.reject(Diagnostic(line: reject)) }
        for (name, count) in objectValue?.members ?? [] where name.hasPrefix("warnings.") {
            piece.diagnostics.warn(CartloadError.Code(String(name.dropFirst(9))), count: count.intValue ?? 0)
        }
        return piece
    }
}
