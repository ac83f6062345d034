// SPDX-License-Identifier: Apache-2.0

public import CartloadCore

/// How the batches of a stream are read from a checkpoint on: in order, or mixed with a ledger of what is done.
struct ReadingPlan: Sendable {
    /// How many batches there are to read, when that is known.
    let batchCount: Int?
    private let batches: BatchSequence
    private let ledger: BatchLedger?
    private let stream: any Stream
    private let options: EngineOptions
    private let failures: BatchFailurePolicy
    private let keepsOrder: Bool
    private let meter: RunMeter

    /// - Parameter keepsOrder: Whether batches are delivered in their order even where the stream need not.
    init(
        _ stream: any Stream, since checkpoint: Checkpoint?, _ options: EngineOptions, _ failures: BatchFailurePolicy,
        keepsOrder: Bool, _ meter: RunMeter
    ) async throws {
        self.stream = stream
        self.options = options
        self.failures = failures
        self.keepsOrder = keepsOrder
        self.meter = meter
        var ledger = try (stream as? any ComposableStream).map { try BatchLedger($0, since: checkpoint) }
        if let planned = stream as? any PlannedStream {
            let plan = try await planned.plan(since: ledger?.base)
            ledger?.base = plan
        }
        let start = ledger == nil ? checkpoint : ledger?.base
        if let lazy = stream as? any LazilyBatchedStream {
            batches = try await lazy.batchSequence(since: start)
            batchCount = nil
        } else {
            let list = try await stream.batches(since: start)
            batches = BatchSequence(list)
            batchCount = ledger.map { $0.left(of: list) } ?? list.count
        }
        self.ledger = ledger
    }

    /// Reads to the end, or to a stop.
    ///
    /// - Returns: Whether everything was read.
    func read(to end: StreamEnd, _ deliver: (BatchOutput.Element) async throws -> Void) async throws -> Bool {
        guard let ledger, let stream = stream as? any ComposableStream else {
            return try await StreamReading(
                stream: stream, blockSize: options.blockSize, recordInterval: options.recordInterval,
                stop: options.stop
            ).run(batches, deliver: deliver)
        }
        (stream as? any CommitFollowing)?.willCommit()
        let meter = meter
        let name = stream.description.name
        return try await MixedReading(
            stream: stream, blockSize: options.blockSize, recordInterval: options.recordInterval, stop: options.stop,
            policy: failures, clock: options.clock, keepsOrder: keepsOrder, end: end,
            report: { batch, error, isLast in
                meter.update { statistics in
                    let code = (error as? CartloadError)?.code ?? .batchFailed
                    statistics.warnings[code, default: 0] += 1
                    if isLast { statistics[stream: name].batchesFailed += 1 }
                }
            }
        ).run(ledger, batches, deliver: deliver)
    }
}

extension StreamRun {
    /// Whether a destination may turn out to be ahead of others, so that a run that resumes must come by the same points.
    var needsSamePoints: Bool {
        let participants = link.outlets.count + (link.errorPolicy == .fail ? 0 : 1)
        return participants > 1 && link.outlets.contains { $0.destination is any TransactionalDestination }
    }
}

extension CartloadError.Code {
    /// A batch could not be read.
    public static let batchFailed = CartloadError.Code("source.batch-failed")
}
