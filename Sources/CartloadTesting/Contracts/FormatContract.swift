// SPDX-License-Identifier: Apache-2.0

public import CartloadCore
public import CartloadFormats

/// What every ``RecordFormat`` must do, with every compression.
///
/// ```swift
/// try FormatContract(MyFormat(), .gzip, sample: batches).run()
/// ```
public struct FormatContract {
    /// A broken promise, in words.
    public struct Violation: Error, CustomStringConvertible {
        public let description: String
    }

    private let format: any RecordFormat
    private let compressor: BlockCompressor
    private let sample: [RecordBatch]

    /// - Parameter sample: Batches with the same fields, with a few dozen records or more, that the format can hold
    ///   without loss.
    public init(_ format: any RecordFormat, _ compression: Compression, sample: [RecordBatch]) {
        self.format = format
        compressor = BlockCompressor(compression)
        self.sample = sample
    }

    /// Checks all promises.
    ///
    /// - Throws: ``Violation``, or what the format throws.
    public func run() throws {
        let (text, count) = try encode(sample)
        let file = compressor.compress(text)
        try everyBlockSizeGivesTheSameRecords(file, text, count)
        try readingGoesOnAfterEveryBlock(file, text, count)
        try batchesAreCutAtExactlySoManyRecords(file, count)
        try aFailureOfTheReaderIsPassedOn(file)
        try aFileCutShortIsNoticed(file)
    }

    private func everyBlockSizeGivesTheSameRecords(_ file: Bytes, _ text: Bytes, _ count: Int) throws {
        for (blockSize, piece) in [(16, 1), (100, 7), (4096, 1000), (1 << 20, Int.max)] {
            let blocks = try split(file, SplitOptions(blockSize: blockSize), piece: piece)
            let (again, found) = try encode(blocks.map(\.batch))
            try expect(found == count, "\(found) of \(count) records came back with blocks of \(blockSize) bytes")
            try expect(again == text, "records came back changed with blocks of \(blockSize) bytes")
            let counted = blocks.reduce(0) { $0 + ($1.block.recordCount ?? 0) }
            try expect(
                counted == count || blocks.contains { $0.block.recordCount == nil }, "\(counted) records counted")
            for (first, second) in zip(blocks, blocks.dropFirst()) {
                try expect(first.block.end == second.block.start, "a block begins elsewhere than the one before ends")
            }
        }
    }

    private func readingGoesOnAfterEveryBlock(_ file: Bytes, _ text: Bytes, _ count: Int) throws {
        let blocks = try split(file, SplitOptions(blockSize: 200), piece: .max)
        for cut in blocks.indices {
            let end = blocks[cut].block.end
            let rest = try split(file, SplitOptions(blockSize: 200, start: end), piece: 50)
            let (again, _) = try encode(blocks[...cut].map(\.batch) + rest.map(\.batch))
            try expect(again == text, "records are lost, repeated or changed by going on at \(end)")
            if let last = rest.last {
                try expect(
                    last.block.end == blocks[blocks.count - 1].block.end, "positions differ after going on at \(end)")
            }
        }
    }

    private func batchesAreCutAtExactlySoManyRecords(_ file: Bytes, _ count: Int) throws {
        for limit in [1, 3, 7, count, count + 1] where limit > 0 {
            let blocks = try split(file, SplitOptions(), piece: .max, maximumRecords: limit)
            try expect(
                blocks.dropLast().allSatisfy { $0.block.recordCount == limit },
                "blocks have other than \(limit) records")
        }
    }

    private func aFailureOfTheReaderIsPassedOn(_ file: Bytes) throws {
        let failure = CartloadError(.invalidJSON, "made to fail")
        for offset in stride(from: 0, to: file.count, by: max(1, file.count / 20)) {
            do {
                let reader = ScriptedReader(file, failure: (offset, failure))
                _ = try split(reader, SplitOptions(blockSize: 100), maximumRecords: nil)
            } catch let error as CartloadError where error.code == failure.code { continue }
            throw Violation(description: "\(format.name): the reader failed at byte \(offset) and nothing was said")
        }
    }

    private func aFileCutShortIsNoticed(_ file: Bytes) throws {
        guard compressor.compression != .none else { return }
        for length in stride(from: 2, to: file.count, by: max(1, file.count / 50)) {
            do {
                _ = try split(ScriptedReader(file[0..<length]), SplitOptions(blockSize: 100), maximumRecords: nil)
            } catch let error as CartloadError where error.code == .truncated { continue }
            throw Violation(description: "\(format.name): a file cut at byte \(length) passed for whole")
        }
    }

    private func split(
        _ file: Bytes, _ options: SplitOptions, piece: Int, maximumRecords: Int? = nil
    ) throws -> [(block: SplitBlock, batch: RecordBatch)] {
        try split(ScriptedReader(file, pieces: { _ in piece }), options, maximumRecords: maximumRecords)
    }

    private func split(
        _ reader: ScriptedReader, _ options: SplitOptions, maximumRecords: Int?
    ) throws -> [(block: SplitBlock, batch: RecordBatch)] {
        let splitter = try format.splitter(over: DecompressingReader(reader), options)
        var result: [(SplitBlock, RecordBatch)] = []
        while let block = try splitter.next(maximumRecords: maximumRecords) {
            result.append((block, block.batch(format, splitter.decoder, source: reader.name)))
        }
        return result
    }

    /// The text of a file with all batches, and how many records it has.
    private func encode(_ batches: [RecordBatch]) throws -> (Bytes, Int) {
        var diagnostics = Diagnostics()
        var text = BytesBuilder()
        var fields: [String]?
        var count = 0
        for batch in batches {
            let block = try format.encoder().encode(batch, fields: fields, &diagnostics)
            if fields == nil, let own = block.fields {
                fields = own
                if let header = format.encoder().header(own) { text.append(header) }
            }
            text.append(block.bytes)
            count += block.recordEnds.count
        }
        try expect(diagnostics.rejects.isEmpty, "records were rejected: \(diagnostics.rejects.first?.message ?? "")")
        return (text.finish(), count)
    }

    private func expect(_ condition: Bool, _ message: @autoclosure () -> String) throws {
        if !condition { throw Violation(description: "\(format.name), \(compressor.compression): \(message())") }
    }
}
