// SPDX-License-Identifier: Apache-2.0

public import CartloadCore
internal import CartloadFormats
internal import CartloadStorage

/// The lines of a file that grows, and of those that it was renamed to since the last run.
struct TailStream: ContinuingStream {
    let description: StreamDescription
    private let options: TailOptions
    private let folder: TailFolder
    private let form: CheckpointForm

    init(_ options: TailOptions) {
        self.options = options
        folder = TailFolder(options.path)
        form = CheckpointForm(kind: "tail", stream: options.streamName)
        description = StreamDescription(
            options.streamName, schema: options.chosenForm == .lines ? LineTextDecoder.schema : options.schema)
    }

    var continues: Bool { true }

    /// One for each file with something new: where it is read from and up to.
    func batches(since checkpoint: Checkpoint?) async throws -> [BatchDescription] {
        guard let members = try form.open(checkpoint) else {
            let file = try TailFile(options.path)
            return [batch(file, from: try first(file), to: wholeLines(file))]
        }
        guard let place = TailPlace(.object(members)) else { throw form.misfit("names no place in a file") }
        let current = try current()
        if let current, place.isIn(current) {
            let end = current.lastLineEnd(after: place.position.byte, before: current.size)
            return end > place.position.byte ? [batch(current, from: place, to: end)] : []
        }
        if let current, current.identity == place.identity {
            try stopAtGap(
                options.truncated,
                CartloadError(
                    .tailTruncated, "the file became shorter than it was read, or begins otherwise now",
                    at: Location(source: options.path),
                    advice: "Set truncated: read to read it from its beginning."))
            return [batch(current, from: TailPlace(current, Position()), to: wholeLines(current))]
        }
        let renamed = try folder.renamed().filter { $0.identity != current?.identity }
        guard let old = renamed.firstIndex(where: place.isIn) else {
            try stopAtGap(
                options.lost,
                CartloadError(
                    .tailLost, "the file that was read to byte \(place.position.byte) is gone",
                    at: Location(source: options.path),
                    advice: "Let runs come more often than files are removed; lost: read goes on with what there is."))
            return current.map { [batch($0, from: TailPlace($0, Position()), to: wholeLines($0))] } ?? []
        }
        var batches: [BatchDescription] = []
        // Until there is something in the new file, its writer may still write to the old one.
        let isOver = current.map { $0.size > 0 } ?? false
        for (index, file) in renamed[old...].enumerated() {
            let from = index == 0 ? place : TailPlace(file, Position())
            let isLast = index == renamed.count - old - 1
            let end =
                isLast && !isOver ? file.lastLineEnd(after: from.position.byte, before: file.size) : file.size
            if end > from.position.byte { batches.append(batch(file, from: from, to: end)) }
        }
        if let current, isOver {
            batches.append(batch(current, from: TailPlace(current, Position()), to: wholeLines(current)))
        }
        return batches
    }

    /// The file of that name; nil for the moment between renaming and making it anew.
    private func current() throws -> TailFile? {
        do { return try TailFile(options.path) } catch let error as CartloadError where error.code == .notFound {
            return nil
        }
    }

    private func first(_ file: TailFile) throws -> TailPlace {
        guard options.start == .end else { return TailPlace(file, Position()) }
        return TailPlace(file, try Position(afterByte: wholeLines(file), of: file.path))
    }

    private func wholeLines(_ file: TailFile) -> Int { file.lastLineEnd(after: 0, before: file.size) }

    private func stopAtGap(_ policy: TailOptions.Gap, _ error: CartloadError) throws {
        if policy == .fail { throw error }
    }

    private func batch(_ file: TailFile, from place: TailPlace, to end: Int) -> BatchDescription {
        ["path": .string(file.path), "from": place.json, "to": .int(end)]
    }

    func read(_ batch: BatchDescription, into output: BatchOutput) async throws {
        guard let path = batch["path"]?.stringValue, let from = TailPlace(batch["from"]),
            let end = batch["to"]?.intValue
        else { throw form.misfit("is of another kind of batch") }
        let file = try open(path, from)
        guard end > from.position.byte else { return try await output.close(batch, checkpoint: seal(from)) }
        var csv = options.csv
        csv.schema = csv.schema ?? options.schema
        let format: any RecordFormat =
            FileFormat(rawValue: options.chosenForm.rawValue)?.recordFormat(csv) ?? JSONLinesFormat()
        let splitter = try format.splitter(
            over: file.reader(upTo: end),
            SplitOptions(
                blockSize: output.blockSize, maximumRecordBytes: options.maximumRecordBytes, start: from.position))
        let interval = output.recordInterval.map { max(1, $0) }
        var left = interval
        var taken = 0
        while let block = try splitter.next(maximumRecords: left) {
            taken += block.end.record - block.start.record
            if let interval { left = interval - taken % interval }
            try await output.write(
                records(block, format, splitter.decoder, path), bytesRead: block.bytes.count,
                checkpoint: left == interval ? seal(TailPlace(file, block.end)) : nil)
        }
        // Blank lines may follow the last record.
        var position = splitter.position
        position.byte = end
        try await output.close(batch, checkpoint: seal(TailPlace(file, position)))
    }

    private func records(
        _ block: SplitBlock, _ format: any RecordFormat, _ decoder: any SealedDecoder, _ path: String
    ) -> RecordBatch {
        guard options.chosenForm == .lines else { return block.batch(format, decoder, source: path) }
        return RecordBatch(
            .sealed(Sealed(format: "lines", bytes: block.bytes, count: block.recordCount, decoder: LineTextDecoder())),
            origin: block.start.location(in: path))
    }

    /// The file, wherever it is by now.
    private func open(_ path: String, _ place: TailPlace) throws -> TailFile {
        if let file = try? TailFile(path), place.isIn(file) { return file }
        if let file = try folder.renamed().first(where: place.isIn) { return file }
        throw CartloadError(
            .tailLost, "the file went away before it was read", at: Location(source: path), advice: "Run again.")
    }

    private func seal(_ place: TailPlace) -> Checkpoint { form.seal(place.json.objectValue ?? JSONObject()) }
}

extension CartloadError.Code {
    /// A followed file is gone before it was read to its end.
    public static let tailLost = CartloadError.Code("tail.lost")
    /// A followed file became shorter, or begins otherwise.
    public static let tailTruncated = CartloadError.Code("tail.truncated")
    /// A line has bytes that are no UTF-8; they were replaced.
    public static let repairedText = CartloadError.Code("tail.repaired-text")
}
