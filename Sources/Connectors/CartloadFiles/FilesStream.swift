// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore
internal import CartloadFormats
internal import CartloadStorage

/// The records of one or more files, in the order of their names.
struct FilesStream: ContinuingStream {
    let options: FilesSourceOptions
    /// Made once: the engine asks for it with every block, and to know the size is to look at every file.
    let description: StreamDescription
    /// Standard input, or one pipe or device such as `<(command)` makes: opening it to have a look would take its data.
    private let isReadOnce: Bool

    init(_ options: FilesSourceOptions) {
        self.options = options
        let isReadOnce = FilesStream.isReadOnce(options)
        self.isReadOnce = isReadOnce
        description = StreamDescription(
            options.streamName, schema: options.schema, concurrency: isReadOnce ? 1 : options.concurrency,
            byteCount: isReadOnce
                ? nil
                : try? FilesStream.paths(options).reduce(0) { try $0 + (FileReader(path: $1).byteCount ?? 0) },
            dividesBatches: options.batch.dividesFiles)
    }

    /// New files, and what was added to known ones.
    var continues: Bool { !isReadOnce }

    private static func isReadOnce(_ options: FilesSourceOptions) -> Bool {
        options.paths == ["-"] || (options.paths.count == 1 && FileReader.isReadOnce(options.paths[0]))
    }

    private static func paths(_ options: FilesSourceOptions) throws -> [String] {
        let paths = try options.paths.flatMap { try PathPattern($0).paths() }
        if let path = paths.first(where: FileReader.isReadOnce) {
            throw CartloadError(
                .notAFile, "a pipe or device can only be the one and only path", at: Location(source: path),
                advice: "Leave it out, or read it alone.")
        }
        return paths
    }

    /// One batch for each file that is new, has grown, or was left in the middle.
    ///
    /// Each says what the file looked like, which files come before it, and from where it is read.
    func batches(since checkpoint: Checkpoint?) async throws -> [BatchDescription] {
        if isReadOnce {
            // A run that came to its end is followed by one with other input.
            guard checkpoint != FilesCheckpoint.interrupted else {
                throw CartloadError(
                    .fileReplaced, "standard input and pipes cannot be read again from the middle",
                    advice: "Start over with --fresh, or read from a file.")
            }
            return [["path": "-"]]
        }
        var reached = try FilesCheckpoint(checkpoint)
        var batches: [BatchDescription] = []
        for path in try FilesStream.paths(options) {
            var place = FilePlace(path, try FileFingerprint(of: path), Position())
            if let current = reached.current, current.path == path {
                try place.fingerprint.checkGrown(from: current.fingerprint, path)
                let fingerprint = place.fingerprint
                place = current
                place.fingerprint = fingerprint
            } else if let known = reached.done[path] {
                guard let old = FileFingerprint(known) else { throw FilesCheckpoint.notOurs }
                if place.fingerprint == old { continue }
                try place.fingerprint.checkGrown(from: old, path)
                place.position = try Position(afterByte: old.size, of: path)
                place.record = place.position.record
            }
            batches.append(["path": .string(path), "from": place.json, "done": .object(reached.done)])
            // Batches are delivered in order, so each one's checkpoints may count on those before it.
            reached.done[path] = place.fingerprint.json
        }
        return batches
    }

    func read(_ batch: BatchDescription, into output: BatchOutput) async throws {
        guard batch["path"]?.stringValue != "-" else {
            let path = options.paths.first ?? "-"
            let reader = try path == "-" ? FileReader.standardInput() : FileReader(path: path)
            var reading = try FileReading(options, reader, at: nil, done: JSONObject(), into: output)
            return try await reading.run()
        }
        guard let place = batch["from"].flatMap(FilePlace.init), let done = batch["done"]?.objectValue else {
            throw FilesCheckpoint.notOurs
        }
        let reader = LimitedReader(try FileReader(path: place.path), limit: place.fingerprint.size)
        var reading = try FileReading(options, reader, at: place, to: batch["to"]?.intValue, done: done, into: output)
        try await reading.run()
    }
}
