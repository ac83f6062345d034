// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore
internal import CartloadFormats

/// Reads one file: bytes → blocks, divided into batches.
struct FileReading {
    private let options: FilesSourceOptions
    private let reader: DecompressingReader
    private let splitter: any RecordSplitter
    private let format: any RecordFormat
    /// Where to begin; nil for an input that cannot be read again.
    private let start: FilePlace?
    /// The files that come before, for checkpoints.
    private let done: JSONObject
    /// The byte before which to end; nil for the end of the file.
    private let end: Int?
    private let output: BatchOutput
    private var reported = 0

    init(
        _ options: FilesSourceOptions, _ base: any ByteReader, at start: FilePlace?, to end: Int? = nil,
        done: JSONObject, into output: BatchOutput
    ) throws {
        self.options = options
        self.start = start
        self.end = end
        self.done = done
        self.output = output
        reader = try DecompressingReader(base, declared: options.compression)
        let peeked = try PeekedReader(reader)
        format = try FileReading.format(of: peeked, options)
        splitter = try format.splitter(
            over: peeked,
            SplitOptions(
                blockSize: output.blockSize, maximumRecordBytes: options.maximumRecordBytes, start: start?.position,
                end: end))
    }

    /// The format that was chosen, or that the file's beginning has.
    static func format(of peeked: PeekedReader, _ options: FilesSourceOptions) throws -> any RecordFormat {
        var csv = options.csv
        csv.schema = csv.schema ?? options.schema
        return try options.format?.recordFormat(csv)
            ?? FormatSniffer.format(of: peeked.first, csv: csv, source: peeked.name)
    }

    mutating func run() async throws {
        switch options.batch {
        case .file, .bytes: try await readFile()
        case .records(let count): try await readCounted(count)
        case .runs(let fields): try await readRuns(by: fields)
        }
    }

    /// The checkpoint after everything up to a place in the file.
    private func checkpoint(_ change: (inout FilePlace) -> Void) -> Checkpoint? {
        guard var place = start else { return nil }
        place.skipped = 0
        place.inBatch = 0
        change(&place)
        return FilesCheckpoint(done: done, current: place).checkpoint
    }

    /// The checkpoint after the whole file, or the range of it.
    private var endCheckpoint: Checkpoint {
        guard let start else { return FilesCheckpoint().checkpoint }
        if end != nil {
            return checkpoint { $0.move(to: splitter.position) } ?? FilesCheckpoint.interrupted
        }
        var done = done
        done[start.path] = start.fingerprint.json
        return FilesCheckpoint(done: done, current: nil).checkpoint
    }

    private func batch(_ block: SplitBlock) -> RecordBatch {
        var batch = block.batch(format, splitter.decoder, source: reader.name)
        if start?.isCounted == false {
            batch.origin.line = nil
            batch.origin.record = nil
        }
        return batch
    }

    /// Stored bytes since the last call.
    private mutating func bytesRead() -> Int {
        defer { reported = reader.storedBytesRead }
        return reader.storedBytesRead - reported
    }

    private var interval: Int? { output.recordInterval.map { max(1, $0) } }

    private func description(_ members: (String, JSONValue)...) -> BatchDescription {
        BatchDescription(JSONObject([("file", .string(reader.name))] + members))
    }

    /// What was read, at its end.
    private var wholeDescription: BatchDescription {
        guard case .bytes = options.batch, let start else { return description() }
        return description(("from", .int(start.position.byte)), ("to", .int(splitter.position.byte)))
    }

    // MARK: The three kinds of batches

    private mutating func readFile() async throws {
        guard let interval else { return try await readBlocks() }
        let first = splitter.position.record
        var left = interval
        while let block = try splitter.next(maximumRecords: left) {
            left = interval - (block.end.record - first) % interval
            // Between two intervals a block ends because it is full, which is no place to end a batch at.
            let checkpoint = left == interval ? checkpoint { $0.move(to: block.end) } : nil
            try await output.write(batch(block), bytesRead: bytesRead(), checkpoint: checkpoint)
        }
        try await output.close(wholeDescription, checkpoint: endCheckpoint)
    }

    private mutating func readBlocks() async throws {
        while let block = try splitter.next() {
            let checkpoint = checkpoint { $0.move(to: block.end) }
            try await output.write(batch(block), bytesRead: bytesRead(), checkpoint: checkpoint)
        }
        try await output.close(wholeDescription, checkpoint: endCheckpoint)
    }

    private mutating func readCounted(_ limit: Int) async throws {
        var count = start?.inBatch ?? 0
        var first = splitter.position.record - count
        while let block = try splitter.next(
            maximumRecords: min(limit - count, interval.map { $0 - count % $0 } ?? .max))
        {
            count += block.end.record - block.start.record
            let isFull = count >= limit
            let isPlace = !isFull && interval.map { count % $0 == 0 } ?? true
            let checkpoint = checkpoint {
                $0.move(to: block.end)
                $0.inBatch = isFull ? 0 : count
            }
            try await output.write(batch(block), bytesRead: bytesRead(), checkpoint: isPlace ? checkpoint : nil)
            guard isFull else { continue }
            try await output.close(
                description(("first", .int(first + 1)), ("records", .int(count))),
                checkpoint: checkpoint ?? FilesCheckpoint.interrupted)
            first += count
            count = 0
        }
        try await output.close(
            description(("first", .int(first + 1)), ("records", .int(count))), checkpoint: endCheckpoint)
    }

    private mutating func readRuns(by fields: [String]) async throws {
        var runs = RecordRuns(by: fields)
        var skip = start?.skipped ?? 0
        var firstRecord = start?.record
        while let block = try splitter.next() {
            var diagnostics = Diagnostics()
            let opened = try batch(block).opened(&diagnostics)
            let count = opened.count ?? 0
            // What was rejected before the place of resuming was reported then.
            if let first = firstRecord { diagnostics = diagnostics.since(record: first) }
            var rejects = diagnostics.rejects[...]
            let ends = try runs.ends(in: opened, from: skip, source: reader.name)
            var from = skip
            for end in ends + [count] {
                let isEnd = end == count
                let record = isEnd ? block.end.record : block.record(ofKept: end, diagnostics)
                var part = Diagnostics()
                while let reject = rejects.first, isEnd || (reject.location.record ?? 0) <= record {
                    part.reject(reject)
                    rejects.removeFirst()
                }
                var piece = opened
                piece.selection = .range(from..<end)
                let place = checkpoint {
                    if isEnd {
                        $0.move(to: block.end)
                    } else {
                        $0.move(to: block.start)
                        $0.skipped = end
                        $0.record = record
                    }
                }
                if end > from || !part.isEmpty {
                    try await output.write(
                        piece, bytesRead: bytesRead(), checkpoint: isEnd ? place : nil, diagnostics: part)
                }
                if !isEnd, let closed = runs.closed() {
                    try await output.close(
                        description(("key", closed)), checkpoint: place ?? FilesCheckpoint.interrupted)
                }
                from = end
            }
            skip = 0
            firstRecord = nil
        }
        let last = runs.current
        try await output.close(
            last.map { description(("key", $0)) } ?? description(), checkpoint: endCheckpoint)
    }
}
