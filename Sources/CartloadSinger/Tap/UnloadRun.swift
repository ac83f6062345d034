// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore
internal import CartloadFlow
internal import CartloadStorage

/// Sends a stream's own files as BATCH messages, without looking into them.
struct UnloadRun {
    let stream: any BatchUnloading
    let plan: TapStreamPlan
    let session: TapSession
    let configuration: BatchConfiguration
    /// Where the stream makes its files when they are uploaded; nil for where they stay.
    let folder: UnloadFolder?
    let meter: RunMeter

    func run() async throws {
        let batches = try await stream.batches(since: plan.resumesAt)
        let own = folder?.configuration(configuration) ?? configuration
        try session.send(plan.schema.json)
        var sequence = 0
        for batch in batches {
            if session.stop.isRequested {
                meter.update { $0.isStopped = true }
                return
            }
            try await stream.batches(of: batch, configuration: own) { try await send($0) }
            sequence += 1
            meter.update { $0[stream: stream.description.name].batchesDone += 1 }
        }
        if let version = plan.version {
            try session.send(["type": "ACTIVATE_VERSION", "stream": .string(plan.name), "version": .int(version)])
        }
        try session.advance(plan.name) {
            plan.mark(
                &$0, Commit(sequence: sequence + 1, checkpoint: lastCheckpoint.value ?? Checkpoint(.null), isLast: true)
            )
        }
    }

    private let lastCheckpoint = LastCheckpoint()

    init(
        _ stream: any BatchUnloading, _ plan: TapStreamPlan, _ session: TapSession, _ configuration: BatchConfiguration,
        _ folder: UnloadFolder?, _ meter: RunMeter
    ) {
        self.stream = stream
        self.plan = plan
        self.session = session
        self.configuration = configuration
        self.folder = folder
        self.meter = meter
    }

    /// Sends the message of files that are whole, once they are durable.
    private func send(_ batch: UnloadedBatch) async throws {
        var message = BatchMessage(plan.name, batch.files)
        message.files = []
        for path in batch.files.paths {
            if folder == nil { try FileDurability.ensure(path) }
            message.files.append(folder == nil ? "file://" + path : try await configuration.upload(path))
        }
        if folder != nil { BatchFileOptions.remove(batch.files.paths) }
        message.recordsPerFile = batch.files.paths.count == 1 ? batch.recordCount : nil
        message.timeExtracted = Moment.text(microseconds: session.clock.wall().microseconds)
        message.version = plan.version.map { .int($0) }
        try session.send(message.json)
        meter.update { statistics in
            statistics[stream: stream.description.name].recordsRead += batch.recordCount ?? 0
            statistics[destination: "messages"].filesWritten += batch.files.paths.count
        }
        guard let checkpoint = batch.checkpoint else { return }
        lastCheckpoint.value = checkpoint
        try session.advance(plan.name) { plan.mark(&$0, Commit(sequence: 0, checkpoint: checkpoint)) }
    }
}
