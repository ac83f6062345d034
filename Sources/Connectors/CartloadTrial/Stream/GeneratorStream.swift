// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore

/// Generated records in the order of their numbers.
///
/// Its checkpoint is the number of the next record, so that a run goes on exactly there.
struct GeneratorStream: ContinuingStream {
    let description: StreamDescription
    private let options: GeneratorOptions
    private let clock: GeneratorClock
    private let generator: RecordGenerator
    private let form: CheckpointForm

    init(_ options: GeneratorOptions, _ clock: GeneratorClock) throws {
        self.options = options
        self.clock = clock
        generator = try RecordGenerator(options)
        form = CheckpointForm(kind: "generated", stream: options.name)
        description = StreamDescription(
            options.name, schema: generator.schema, keys: options.keys, dividesBatches: options.batch != nil)
    }

    /// Until all there are to be have been read.
    var continues: Bool { true }

    /// The most records that a block has (I7).
    private static let maximumBlockRecords = 1 << 16

    func batches(since checkpoint: Checkpoint?) async throws -> [BatchDescription] {
        var next = 0
        if let members = try form.open(checkpoint) {
            guard let number = members["next"]?.intValue, number >= 0 else { throw form.misfit("has no next number") }
            next = number
        }
        let ends = [options.records, options.recordsPerRun.map { next.addingReportingOverflow($0).partialValue }]
        let end = ends.compactMap { $0 }.min() ?? Int.max
        return end > next ? [["first": .int(next), "end": .int(end)]] : []
    }

    func read(_ batch: BatchDescription, into output: BatchOutput) async throws {
        guard let first = batch["first"]?.intValue, let end = batch["end"]?.intValue, first >= 0 else {
            throw form.misfit("has no numbers of records")
        }
        let room = min(max(1, output.blockSize / generator.recordBytes), GeneratorStream.maximumBlockRecords)
        var pace = options.rate.map { GeneratorPace($0, clock) }
        var next = first
        var begin = options.batch.map { first / $0 * $0 } ?? first
        while next < end {
            let batchEnd = options.batch.map { min(begin.addingReportingOverflow($0).partialValue, end) } ?? end
            var count = min(room, batchEnd - next)
            if let interval = output.recordInterval {
                count = min(count, max(1, interval) - (next - begin) % max(1, interval))
            }
            if let taken = try await pace?.take(atMost: count) { count = taken }
            let block = try generator.records(next..<next + count, source: options.name)
            next += count
            let checkpoint = form.seal(JSONObject([("next", .int(next))]))
            let isPlace = output.recordInterval.map { (next - begin) % max(1, $0) == 0 } ?? true
            try await output.write(block, checkpoint: isPlace ? checkpoint : nil)
            guard next == batchEnd else { continue }
            try await output.close(["first": .int(begin), "records": .int(next - begin)], checkpoint: checkpoint)
            begin = next
        }
    }
}
