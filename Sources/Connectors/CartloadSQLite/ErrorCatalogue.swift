// SPDX-License-Identifier: Apache-2.0

public import CartloadCore

extension CartloadError.Code {
    /// A table is named that is not there.
    public static let sqliteMissingTable = CartloadError.Code("sqlite.missing-table")
    /// A column is named, or needed, that a table does not have.
    public static let sqliteMissingColumn = CartloadError.Code("sqlite.missing-column")
    /// Two fields differ only in case, which SQLite's column names do not tell apart.
    public static let sqliteColumnClash = CartloadError.Code("sqlite.column-clash")
    /// A column of an existing table would change the values of a field.
    public static let sqliteColumnType = CartloadError.Code("sqlite.column-type")
    /// Two streams written together would each replace the same table.
    public static let sqliteSharedTable = CartloadError.Code("sqlite.shared-table")
    /// A table would need more columns than SQLite allows.
    public static let sqliteTooManyColumns = CartloadError.Code("sqlite.too-many-columns")
    /// Upsert needs keys, and a table that is unique in them.
    public static let sqliteKeys = CartloadError.Code("sqlite.keys")
    /// A slice or cursor column has values that cannot be ordered and stored in a checkpoint.
    public static let sqliteCursor = CartloadError.Code("sqlite.cursor")
    /// A text value in a table is not UTF-8.
    public static let sqliteInvalidText = CartloadError.Code("sqlite.invalid-text")
    /// A checkpoint was not written by this stream.
    public static let sqliteCheckpoint = CartloadError.Code("sqlite.checkpoint")
    /// A number is NaN, which SQLite would store as null.
    public static let sqliteNotANumber = CartloadError.Code("sqlite.not-a-number")
}

/// The error codes of the SQLite source and destination.
public enum CartloadSQLiteCatalogue {
    public static let entries: [CatalogueEntry] = [
        CatalogueEntry(
            .sqliteMissingTable, meaning: "A table is named that the database does not have.",
            advice: "The message lists the tables that there are."),
        CatalogueEntry(
            .sqliteMissingColumn, meaning: "A column is needed that the table does not have.",
            advice: "Correct the name, or allow new columns with `evolve: true`."),
        CatalogueEntry(
            .sqliteColumnClash, meaning: "Two fields have names that differ only in case.",
            advice: "Rename one of them; SQLite's column names ignore case."),
        CatalogueEntry(
            .sqliteColumnType, meaning: "A column of an existing table would change the values of a field.",
            advice: "Cast the field, load into a new table, or change the column."),
        CatalogueEntry(
            .sqliteSharedTable, meaning: "Two streams written together would each replace the same table.",
            advice: "Leave `table` out, so that each stream has a table of its own, or use another `load`."),
        CatalogueEntry(
            .sqliteTooManyColumns, meaning: "A table would need more columns than SQLite allows.",
            advice: "Select fewer fields; SQLite's usual limit is 2000 columns."),
        CatalogueEntry(
            .sqliteKeys, meaning: "Upsert has no keys, or the table is not unique in them.",
            advice: "Name the key fields, and give an existing table a PRIMARY KEY or a UNIQUE index on them."),
        CatalogueEntry(
            .sqliteCursor, meaning: "A slice or cursor column has null or unordered values.",
            advice: "Choose another column, or a query that leaves such rows out."),
        CatalogueEntry(
            .sqliteInvalidText, meaning: "A text value in a table is not valid UTF-8.",
            advice: "Repair the value, or read it as bytes with a query that casts it to BLOB."),
        CatalogueEntry(
            .sqliteCheckpoint, meaning: "A checkpoint does not fit the stream's settings.",
            advice: "Start again with --fresh after changing slice, cursor or table."),
        CatalogueEntry(
            .sqliteNotANumber, meaning: "A number of a record is NaN, which SQLite would store as null.",
            advice: "Replace NaN by null before the destination."),
    ]
}
