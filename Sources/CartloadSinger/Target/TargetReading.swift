// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore
internal import CartloadFlow
internal import CartloadFormats

/// The reading half of a target: messages in, pieces out.
struct TargetReading {
    let pipeline: MessagePipeline
    let stage: OrderedStage<TargetPiece, TargetWork>

    /// Reads to the end of the input, or to a stop.
    func read() async throws {
        var router = TargetRouter(
            pipeline.options, clock: pipeline.clock, send: { try await stage.submit($0) },
            readFiles: { try await read($0, into: $1, $2) }, warn: pipeline.warn)
        let input = try pipeline.input()
        let splitter = try JSONLinesFormat().splitter(
            over: input,
            SplitOptions(
                blockSize: pipeline.options.blockSize, maximumRecordBytes: pipeline.options.maximumMessageBytes))
        while !pipeline.stop.isRequested, let block = try splitter.next() {
            var diagnostics = Diagnostics()
            let origin = block.start.location(in: input.name)
            let lines = try MessageLines.scan(block.bytes, origin: origin, isFirst: block.isFirst, &diagnostics)
            let hasTokens = diagnostics.warnings[.notFinite] != nil
            guard !pipeline.options.skipsOtherLines, let fault = diagnostics.rejects.first else {
                for fault in diagnostics.rejects.prefix(1) { pipeline.warn(skipped(fault, diagnostics.rejects.count)) }
                try await router.route(lines, origin: origin, hasTokens: hasTokens)
                continue
            }
            // What comes before the bad line is good.
            let offset = fault.location.byte.map { $0 - block.start.byte }
            try await router.route(lines, origin: origin, hasTokens: hasTokens, until: offset ?? 0)
            throw CartloadError(
                .singerMessage, "the line is no Singer message: \(fault.message)", at: fault.location,
                advice: "Set skip_other_lines if the tap prints other things between its messages.")
        }
    }

    private func skipped(_ fault: Diagnostic, _ count: Int) -> CartloadError {
        CartloadError(
            .singerMessage, "\(count == 1 ? "a line was" : "\(count) lines were") passed over: \(fault.message)",
            at: fault.location)
    }

    /// Reads the files of a batch, several at once, their records in order.
    ///
    /// - Returns: How many records each has.
    private func read(
        _ files: BatchFilesStream, into stream: TargetStream, _ stamps: RecordStamps
    ) async throws -> [Int] {
        let reading = StreamReading(stream: files, blockSize: pipeline.options.blockSize, stop: pipeline.stop)
        var counts = [0]
        var stamps = stamps
        let isComplete = try await reading.run(BatchSequence(files.batches)) { element in
            guard case .records(let batch, let bytesRead, _, let diagnostics) = element else {
                counts.append(0)
                return
            }
            let count = batch.count ?? 0
            counts[counts.count - 1] += count
            try await stage.submit(
                .records(
                    stream,
                    TargetRecords(batch: batch, stamps: stamps, bytesRead: bytesRead, diagnostics: diagnostics)))
            stamps.firstSequence += Int64(count)
        }
        // I1: after a stop the files have not been read, and no STATE behind them may leave.
        guard isComplete else { throw CancellationError() }
        try Task.checkCancellation()
        return counts.dropLast()
    }
}
