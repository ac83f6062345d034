// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore
internal import CartloadFormats
internal import CartloadStorage

/// The records of one or more files, in the order of their names.
struct FilesStream: Stream {
    let options: FilesSourceOptions

    /// Made once: it looks at every file, and is asked for with every block.
    let description: StreamDescription

    init(_ options: FilesSourceOptions) {
        self.options = options
        let isStandardInput = options.paths == ["-"]
        description = StreamDescription(
            options.streamName, schema: options.schema, concurrency: isStandardInput ? 1 : options.concurrency,
            byteCount: isStandardInput
                ? nil : try? Self.paths(options).reduce(0) { try $0 + (FileReader(path: $1).byteCount ?? 0) },
            dividesBatches: options.batch != .file)
    }

    private var isStandardInput: Bool { options.paths == ["-"] }

    private static func paths(_ options: FilesSourceOptions) throws -> [String] {
        try options.paths.flatMap { try PathPattern($0).paths() }
    }

    private func paths() throws -> [String] { try Self.paths(options) }

    /// One batch for each file that is new, has grown, or was left in the middle.
    ///
    /// Each says what the file looked like, which files come before it, and from where it is read.
    func batches(since checkpoint: Checkpoint?) async throws -> [BatchDescription] {
        if isStandardInput {
            guard checkpoint == nil else {
                throw CartloadError(
                    .fileReplaced, "standard input cannot be read again from the middle",
                    advice: "Start over with --fresh, or read from a file.")
            }
            return [["path": "-"]]
        }
        var reached = try FilesCheckpoint(checkpoint)
        var batches: [BatchDescription] = []
        for path in try paths() {
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
            let reader = try FileReader.standardInput()
            var reading = try FileReading(options, reader, at: nil, done: JSONObject(), into: output)
            return try await reading.run()
        }
        guard let place = batch["from"].flatMap(FilePlace.init), let done = batch["done"]?.objectValue else {
            throw FilesCheckpoint.notOurs
        }
        let reader = LimitedReader(try FileReader(path: place.path), limit: place.fingerprint.size)
        var reading = try FileReading(options, reader, at: place, done: done, into: output)
        try await reading.run()
    }
}
