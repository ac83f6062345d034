// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore
internal import CartloadFormats
internal import CartloadProcess

/// One run of a program, read to its end.
struct ExecStream: ContinuingStream {
    let description: StreamDescription
    private let source: ExecSource
    private let form: CheckpointForm

    init(_ source: ExecSource) {
        self.source = source
        form = CheckpointForm(kind: "exec", stream: source.name)
        description = StreamDescription(source.name, schema: source.schema, keys: source.keys)
    }

    var continues: Bool { true }

    private var skips: Bool { source.resume == .skip }

    func batches(since checkpoint: Checkpoint?) async throws -> [BatchDescription] {
        let members = try form.open(checkpoint)
        guard skips else { return [["skip": 0]] }
        guard let done = members == nil ? 0 : members?["records"]?.intValue, done >= 0 else {
            throw form.misfit("does not say how many records were read")
        }
        return [["skip": .int(done)]]
    }

    func read(_ batch: BatchDescription, into output: BatchOutput) async throws {
        let child = try source.program.start(input: .null, ["CARTLOAD_STREAM": source.name])
        do {
            let reached = try await ChildAlarm.guarding(child, atMost: source.program.timeout) {
                let reached = try await read(child, skipping: batch["skip"]?.intValue ?? 0, into: output)
                try await child.waitForSuccess()
                return reached
            }
            try await output.close(batch, checkpoint: checkpoint(reached))
        } catch {
            await child.terminate(grace: source.program.grace)
            throw error
        }
    }

    private func checkpoint(_ records: Int) -> Checkpoint {
        form.seal(skips ? JSONObject([("records", .int(records))]) : JSONObject())
    }

    /// Reads all that it prints; returns how many records that were.
    private func read(_ child: ChildProcess, skipping: Int, into output: BatchOutput) async throws -> Int {
        let format = JSONLinesFormat()
        let splitter = try format.splitter(
            over: child.output,
            SplitOptions(blockSize: output.blockSize, maximumRecordBytes: source.maximumRecordBytes))
        let interval = output.recordInterval.map { max(1, $0) }
        while true {
            let record = splitter.position.record
            let isSkipping = record < skipping
            let limit = isSkipping ? skipping - record : interval.map { $0 - (record - skipping) % $0 }
            guard let block = try splitter.next(maximumRecords: limit) else { break }
            if isSkipping { continue }
            let isPlace = skips && (interval.map { (block.end.record - skipping) % $0 == 0 } ?? true)
            try await output.write(
                block.batch(format, splitter.decoder, source: child.name), bytesRead: block.bytes.count,
                checkpoint: isPlace ? checkpoint(block.end.record) : nil)
        }
        guard splitter.position.record >= skipping else {
            // A program that failed says more.
            try await child.waitForSuccess()
            throw CartloadError(
                .programShorter,
                "it printed \(splitter.position.record) records, of which an earlier run has read \(skipping)",
                at: Location(source: child.name),
                advice: "Its output must begin as before; leave out resume: skip, or start over with --fresh.")
        }
        return splitter.position.record
    }
}
