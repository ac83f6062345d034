// SPDX-License-Identifier: Apache-2.0

import CartloadCore
import Glibc
import SQLiteDatabase
import TestSupport
import Testing

@Suite struct DatabaseTests {
    let folder: TemporaryFolder
    var file: String { folder.path + "/test.db" }

    init() throws { folder = try TemporaryFolder() }

    @Test func valuesComeBackAsTheyWereBound() throws {
        let database = try Database(path: file, access: .create)
        try database.execute("CREATE TABLE t (a, b, c, d)")
        try database.execute(
            "INSERT INTO t VALUES (?, ?, ?, ?)", .integer(.min), .real(0.1), .text("zero\u{0}inside"), .null)
        try database.execute("INSERT INTO t (c) VALUES (?)", .text(""))
        let rows = try database.rows("SELECT * FROM t") { ($0.int64(0), $0.double(1), $0.string(2), $0.isNull(3)) }
        #expect(rows[0] == (.min, 0.1, "zero\u{0}inside", true))
        #expect(rows[1].2 == "")
    }

    @Test func aFailedTransactionLeavesNothing() throws {
        let database = try Database(path: file, access: .create)
        try database.execute("CREATE TABLE t (a UNIQUE)")
        let error = #expect(throws: CartloadError.self) {
            try database.transaction {
                try database.execute("INSERT INTO t VALUES (?)", .text("secret"))
                try database.execute("INSERT INTO t VALUES (?)", .text("secret"))
            }
        }
        #expect(error?.code == .sqliteConstraint)
        #expect(error?.location.source == file)
        #expect(error?.description.contains("secret") == false)
        #expect(error?.description.contains("INSERT INTO t") == true)
        #expect(try database.integer("SELECT count(*) FROM t") == 0)
    }

    @Test func aLockedDatabaseIsNamedAfterTheWait() throws {
        let holder = try Database(path: file, access: .create)
        try holder.execute("BEGIN EXCLUSIVE")
        let error = #expect(throws: CartloadError.self) {
            try Database(path: file, access: .create, busyTimeout: .milliseconds(20)).execute("CREATE TABLE t (a)")
        }
        #expect(error?.code == .sqliteLocked)
        #expect(error?.location.source == file)
    }

    @Test func aFileThatIsNoDatabaseIsRefused() throws {
        try folder.write("test.db", String(repeating: "id,name\n1,x\n", count: 100))
        let error = #expect(throws: CartloadError.self) { try Database(path: file, access: .readOnly) }
        #expect(error?.code == .sqliteNotADatabase)
    }

    @Test(arguments: [Database.Access.readOnly, .create])
    func aMissingFolderIsNamed(access: Database.Access) throws {
        let error = #expect(throws: CartloadError.self) {
            try Database(path: folder.path + "/nowhere/x.db", access: access)
        }
        #expect(error?.code == .sqliteCannotOpen)
        #expect(error?.cause?.contains("No such file or directory") == true)
    }

    @Test func aDamagedDatabaseIsSaidToBe() throws {
        try Database(path: file, access: .create).execute(
            """
            CREATE TABLE t (a);
            WITH RECURSIVE n(v) AS (SELECT 1 UNION ALL SELECT v + 1 FROM n LIMIT 5000) INSERT INTO t SELECT v FROM n
            """)
        try folder.overwrite("test.db", at: 4096, with: [UInt8](repeating: 0xa5, count: 4096))
        let error = #expect(throws: CartloadError.self) {
            try Database(path: file, access: .readOnly).rows("SELECT a FROM t") { $0.int64(0) }
        }
        #expect(error?.code == .sqliteCorrupt)
    }

    @Test func aReadOnlyFileIsSaidToBe() throws {
        try Database(path: file, access: .create).execute("CREATE TABLE t (a)")
        chmod(file, 0o444)
        chmod(folder.path, 0o755)
        // Root may write everything, so this thread stops being root towards the file system.
        typealias SetUser = @convention(c) (uid_t) -> Int32
        let setUser = unsafeBitCast(try #require(dlsym(nil, "setfsuid")), to: SetUser.self)
        let before = setUser(65534)
        defer { _ = setUser(uid_t(bitPattern: before)) }
        let error = #expect(throws: CartloadError.self) {
            try Database(path: file, access: .create).execute("INSERT INTO t VALUES (1)")
        }
        #expect(error?.code == .sqliteReadOnly)
    }

    @Test func aFullDiskIsSaidToBe() throws {
        let database = try Database(path: file, access: .create)
        try database.execute("PRAGMA max_page_count = 5; CREATE TABLE t (a)")
        let error = #expect(throws: CartloadError.self) {
            try database.execute("INSERT INTO t VALUES (zeroblob(100000))")
        }
        #expect(error?.code == .sqliteDiskFull)
    }

    @Test(arguments: ["plain", "two words", "quote\"inside", "semi;colon", "ünïcode", ""])
    func anyNameCanBeQuoted(name: String) throws {
        let database = try Database(path: file, access: .create)
        try database.execute("CREATE TABLE \(name.sqlQuoted) (\(name.sqlQuoted) INTEGER)")
        #expect(try database.rows("SELECT name FROM sqlite_schema") { $0.string(0) } == [name])
    }

    @Test func theCatalogueHasEveryCodeOnce() {
        let codes = SQLiteDatabaseCatalogue.entries.map(\.code)
        #expect(Set(codes).count == codes.count)
    }
}
