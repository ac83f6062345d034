// SPDX-License-Identifier: Apache-2.0

public import CartloadCore

/// A writer that can load batch files itself, as a database with a bulk loader does.
///
/// It is asked only where nobody else has to look into the records: when they are not validated, get no metadata columns and
/// pass no processors (I4). Otherwise records come through `prepare` and `write` as always.
public protocol BatchFileLoading: DestinationWriter {
    /// Whether it can load files of a message.
    func canLoad(_ files: BatchFiles) -> Bool

    /// Loads files, all or nothing, as part of the next commit.
    ///
    /// - Returns: How many records were in them.
    func process(batchFiles: BatchFiles) async throws -> Int
}

/// The files of one BATCH message, allowed by the operator and found on this machine.
public struct BatchFiles: Sendable, Hashable {
    /// Absolute paths, in order.
    public var paths: [String]
    /// `jsonl` or another format's name.
    public var format: String
    public var formatOptions: JSONObject
    /// What the message says; a file's own first bytes tell for sure.
    public var compression: String
    public var rows: BatchMessage.RowForm

    public init(
        paths: [String], format: String, formatOptions: JSONObject = JSONObject(), compression: String,
        rows: BatchMessage.RowForm = .raw
    ) {
        self.paths = paths
        self.format = format
        self.formatOptions = formatOptions
        self.compression = compression
        self.rows = rows
    }
}
