// SPDX-License-Identifier: Apache-2.0

public import CartloadCore
internal import CartloadFormats

/// Where a stream of files is: the files that are done, and the place in the one that is not.
struct FilesCheckpoint {
    /// What done files looked like, by path.
    var done = JSONObject()
    /// The file in the middle of which the stream is.
    var current: FilePlace?

    init() {}

    /// - Throws: `CartloadError` with code `files.state` when the JSON is not a checkpoint of files.
    init(_ checkpoint: Checkpoint?) throws {
        guard let value = checkpoint?.value, !value.isNull else { return }
        guard let done = value["files"]?.objectValue else { throw FilesCheckpoint.notOurs }
        self.done = done
        guard let json = value["current"], !json.isNull else { return }
        guard let place = FilePlace(json) else { throw FilesCheckpoint.notOurs }
        current = place
    }

    /// The checkpoint at a place in a file, or after it.
    init(done: JSONObject, current: FilePlace?) {
        self.done = done
        self.current = current
    }

    var checkpoint: Checkpoint {
        var value = JSONObject()
        // The object's storage is shared, so a checkpoint for each block costs nothing until one is saved.
        value["files"] = .object(done)
        if let current { value["current"] = current.json }
        return Checkpoint(.object(value))
    }

    /// The checkpoint in the middle of standard input, from where nothing can go on.
    static let interrupted = Checkpoint(["files": [:], "in_stdin": true])

    static var notOurs: CartloadError {
        CartloadError(
            .filesState, "the saved checkpoint is not one of these files",
            advice: "Start over with --fresh, or use another state directory.")
    }
}

/// A place between two records of a file.
struct FilePlace {
    var path: String
    var fingerprint: FileFingerprint
    /// Where a block begins.
    var position: Position
    /// How many valid records of the block come before the place.
    var skipped = 0
    /// How many records of the file come before the place.
    var record: Int
    /// How many records of the batch that the place is in come before it.
    var inBatch = 0
    /// Whether lines and records are counted from the beginning of the file, and not from somewhere within.
    var isCounted = true

    init(_ path: String, _ fingerprint: FileFingerprint, _ position: Position) {
        self.path = path
        self.fingerprint = fingerprint
        self.position = position
        record = position.record
    }

    init?(_ json: JSONValue) {
        guard let path = json["path"]?.stringValue, let fingerprint = json["file"].flatMap(FileFingerprint.init),
            let position = json["position"].flatMap({ Position($0) })
        else { return nil }
        self.init(path, fingerprint, position)
        skipped = json["skipped"]?.intValue ?? 0
        record = json["record"]?.intValue ?? position.record
        inBatch = json["in_batch"]?.intValue ?? 0
        isCounted = json["counted"] != false
    }

    /// Moves to between two blocks.
    mutating func move(to position: Position) {
        self.position = position
        record = position.record
    }

    var json: JSONValue {
        var json = JSONObject([
            ("path", .string(path)), ("file", fingerprint.json), ("position", position.json),
            ("skipped", .int(skipped)), ("record", .int(record)), ("in_batch", .int(inBatch)),
        ])
        if !isCounted { json["counted"] = false }
        return .object(json)
    }
}

extension CartloadError.Code {
    /// A saved checkpoint does not belong to files.
    public static let filesState = CartloadError.Code("files.state")
    /// A file is not the one that an earlier run read, or changes while it is read.
    public static let fileReplaced = CartloadError.Code("files.replaced")
}

extension Diagnostics {
    /// Those of records from a number on.
    func since(record first: Int) -> Diagnostics {
        var later = Diagnostics()
        for reject in rejects where (reject.location.record ?? Int.max) > first { later.reject(reject) }
        for (code, count) in warnings { later.warn(code, count: count) }
        return later
    }
}

extension SplitBlock {
    /// How many records of the file come before a kept row, the rejected ones among them counted.
    func record(ofKept row: Int, _ diagnostics: Diagnostics) -> Int {
        var record = start.record + row
        for reject in diagnostics.rejects where (reject.location.record ?? Int.max) <= record + 1 { record += 1 }
        return record
    }
}
