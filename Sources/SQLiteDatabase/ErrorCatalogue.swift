// SPDX-License-Identifier: Apache-2.0

public import CartloadCore

/// The error codes that every use of SQLite can end in.
public enum SQLiteDatabaseCatalogue {
    public static let entries: [CatalogueEntry] = [
        CatalogueEntry(
            .sqliteLocked, meaning: "Another connection held the database for longer than the busy timeout.",
            advice: "End the other program, run again later, or switch the database to WAL mode."),
        CatalogueEntry(
            .sqliteDiskFull, meaning: "The file system of the database or of its journal is full.",
            advice: "Free some space and run the same command again; it resumes after the last commit."),
        CatalogueEntry(
            .sqliteReadOnly, meaning: "The database file or its folder cannot be written.",
            advice: "Change the permissions; SQLite needs to create its journal beside the file."),
        CatalogueEntry(
            .sqliteNotADatabase, meaning: "The file is not an SQLite database, or it is encrypted.",
            advice: "Check the path."),
        CatalogueEntry(
            .sqliteCorrupt, meaning: "The database file is damaged.",
            advice: "Restore a backup, or recover it with the sqlite3 shell's .recover."),
        CatalogueEntry(
            .sqliteConstraint, meaning: "A row breaks a constraint of its table.",
            advice: "Load with upsert, or remove the offending records."),
        CatalogueEntry(
            .sqliteCannotOpen, meaning: "The database file cannot be opened or made.",
            advice: "Check that the file or its folder exists and can be read."),
        CatalogueEntry(
            .sqliteIO, meaning: "The operating system failed to read or write the database file.",
            advice: "Check the disk that holds it."),
        CatalogueEntry(
            .sqliteTooBig, meaning: "A value or a row is larger than SQLite can hold.",
            advice: "SQLite holds at most 1,000,000,000 bytes a value."),
        CatalogueEntry(
            .sqliteStatement, meaning: "SQLite does not accept a statement.",
            advice: "Correct the query or the names in the configuration."),
        CatalogueEntry(
            .sqliteFailed, meaning: "SQLite failed in a way that has no code of its own.",
            advice: "The message has SQLite's own words and result code."),
    ]
}
