// SPDX-License-Identifier: Apache-2.0

public import CartloadCore
public import CartloadFormats

/// A file that another program writes to, and now and then renames and begins anew.
///
/// A run reads the whole lines that are there and ends; the next one goes on after them, in the renamed file first.
public struct TailSource: Source {
    public var options: TailOptions

    public init(_ options: TailOptions) { self.options = options }

    public func streams() async throws -> [any CartloadCore.Stream] { [TailStream(options)] }
}

/// What a ``TailSource`` follows.
public struct TailOptions: Sendable {
    /// What a line is.
    public enum Form: String, Sendable, CaseIterable {
        /// Any text: the record `{"line": …}`.
        case lines
        case jsonl, csv, tsv
    }

    /// Where the first run begins.
    public enum Start: String, Sendable, CaseIterable {
        case beginning
        /// At the end that the file has then.
        case end
    }

    /// What becomes of a run that cannot go on where the last one ended.
    public enum Gap: String, Sendable, CaseIterable {
        /// It fails.
        case fail
        /// It reads what there is, from the beginning.
        case read
    }

    public var path: String
    /// nil takes the last part of the path, without its endings.
    public var name: String?
    /// nil takes what the path's ending says, or lines.
    public var form: Form?
    public var csv: CSVOptions
    public var schema: Schema?
    public var start: Start
    /// When the file that was read is gone, so that the end of it may be missing.
    public var lost: Gap
    /// When the file has become shorter, or begins otherwise.
    public var truncated: Gap
    /// A longer line is an error (I7).
    public var maximumRecordBytes: Int

    public init(
        _ path: String, name: String? = nil, form: Form? = nil, csv: CSVOptions = CSVOptions(), schema: Schema? = nil,
        start: Start = .beginning, lost: Gap = .fail, truncated: Gap = .read, maximumRecordBytes: Int = 16 << 20
    ) {
        self.path = path
        self.name = name
        self.form = form
        self.csv = csv
        self.schema = schema
        self.start = start
        self.lost = lost
        self.truncated = truncated
        self.maximumRecordBytes = maximumRecordBytes
    }

    var chosenForm: Form { form ?? FileFormat(ending: path).flatMap { Form(rawValue: $0.rawValue) } ?? .lines }

    var streamName: String {
        if let name { return name }
        let last = FilesSourceOptions(paths: [path]).streamName
        return last.hasSuffix(".log") ? String(last.dropLast(4)) : last
    }
}
