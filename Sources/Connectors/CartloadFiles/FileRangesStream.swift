// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore
internal import Synchronization

/// The records of files in their order, large plain files divided into ranges of bytes.
///
/// A range begins and ends between two records. Where that is, is looked for when the range is about to be read, so that a
/// file is not gone through beforehand. A compressed file, which cannot be entered in the middle, is one range.
struct FileRangesStream: ContinuingStream, LazilyBatchedStream {
    let files: FilesStream
    /// About how many bytes a range has.
    let rangeSize: Int

    var description: StreamDescription { files.description }
    var continues: Bool { files.continues }

    /// All ranges at once, for those who want to know how many there are.
    func batches(since checkpoint: Checkpoint?) async throws -> [BatchDescription] {
        let sequence = try await batchSequence(since: checkpoint)
        var batches: [BatchDescription] = []
        while let batch = try await sequence.next() { batches.append(batch) }
        return batches
    }

    func batchSequence(since checkpoint: Checkpoint?) async throws -> BatchSequence {
        let whole = try await files.batches(since: checkpoint)
        let ranges = Mutex(FileRanges(whole, options: files.options, rangeSize: rangeSize))
        return BatchSequence { ranges.withLock { $0.next() } }
    }

    func read(_ batch: BatchDescription, into output: BatchOutput) async throws {
        try await files.read(batch, into: output)
    }
}

/// The ranges of several files one after another, each made when it is asked for.
struct FileRanges {
    private let options: FilesSourceOptions
    private let rangeSize: Int
    /// What ``FilesStream`` says of each file.
    private var files: ArraySlice<BatchDescription>
    private var file: BatchDescription?
    private var division: FileDivision?

    init(_ files: [BatchDescription], options: FilesSourceOptions, rangeSize: Int) {
        self.files = files[...]
        self.options = options
        self.rangeSize = rangeSize
    }

    mutating func next() -> BatchDescription? {
        while true {
            if var batch = file {
                if let range = division?.next() {
                    batch.value["from"] = range.from.json
                    batch.value["to"] = range.to.map { .int($0) }
                    return batch
                }
                file = nil
            }
            guard let next = files.popFirst() else { return nil }
            guard let place = next["from"].flatMap(FilePlace.init) else { return next }
            file = next
            division = FileDivision(place, options, rangeSize: rangeSize)
        }
    }
}
