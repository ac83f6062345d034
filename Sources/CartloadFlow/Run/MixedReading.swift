// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore

/// Reads the batches of a ``ComposableStream``, several at a time, and delivers their blocks as they come.
///
/// Every checkpoint that is delivered is true of everything delivered before it and of nothing else: blocks of a batch that
/// the stream cannot resume after are followed by no other batch's until one comes that it can (I2).
struct MixedReading {
    let stream: any ComposableStream
    let blockSize: Int
    let recordInterval: Int?
    let stop: StopRequest
    let policy: BatchFailurePolicy
    let clock: RunClock
    /// Whether batches are delivered in their order after all, for destinations that must meet the same points again.
    let keepsOrder: Bool
    /// Told where the stream is in the end when that is not what its last batch said.
    let end: StreamEnd
    /// Told about batches that failed and are tried again or given up.
    let report: @Sendable (BatchDescription, any Error, _ isLast: Bool) -> Void

    /// How many blocks of a batch are held (I7).
    private static let blocksHeld = 2
    /// The number under which batches themselves come.
    private static let offers = -1

    private struct Running {
        let batch: BatchDescription
        /// Its place among the batches that were begun.
        let order: Int
        var task: Task<Void, Never>
        var attempt = 1
        /// Where it would be read from again.
        var resume: JSONValue?
        /// Whether blocks were delivered that a new try would deliver again.
        var hasUncovered = false
    }

    private struct Reading {
        var ledger: BatchLedger
        var running: [Int: Running] = [:]
        var begun = 0
        var nextNumber = 0
        var isExhausted = false
        /// The batch whose uncovered blocks have been delivered: only it may go on.
        var locked: Int?
        var failure: (any Error)?
    }

    /// Reads what is left.
    ///
    /// - Returns: Whether everything was read; false after a stop.
    func run(
        _ ledger: BatchLedger, _ batches: BatchSequence, deliver: (BatchOutput.Element) async throws -> Void
    ) async throws -> Bool {
        let channels = BatchChannels(capacity: MixedReading.blocksHeld)
        stop.onRequest { channels.close() }
        var state = Reading(ledger: ledger)
        let offering = offer(state.ledger.skipped, batches, channels)
        defer {
            channels.close()
            offering.cancel()
            for running in state.running.values { running.task.cancel() }
        }
        return try await withTaskCancellationHandler {
            try await run(&state, channels, deliver)
        } onCancel: {
            channels.close()
        }
    }

    private func run(
        _ state: inout Reading, _ channels: BatchChannels, _ deliver: (BatchOutput.Element) async throws -> Void
    ) async throws -> Bool {
        while true {
            if state.running.isEmpty, state.isExhausted || state.failure != nil {
                if let failure = state.failure { throw failure }
                if let checkpoint = state.ledger.finish() { end.settle(checkpoint) }
                return true
            }
            guard let (number, delivery) = await channels.next(among: numbers(state)) else {
                try Task.checkCancellation()
                return false
            }
            if number == MixedReading.offers {
                try begin(delivery, &state, channels)
            } else {
                try await take(delivery, of: number, &state, channels, deliver)
            }
            // What follows is read again, so it is not worth writing.
            if stop.isRequested, state.locked == nil { return false }
        }
    }

    /// Whose deliveries are taken next.
    private func numbers(_ state: Reading) -> Set<Int> {
        if let locked = state.locked { return [locked] }
        var numbers = Set(state.running.keys)
        if keepsOrder, let first = state.running.min(by: { $0.value.order < $1.value.order }) { numbers = [first.key] }
        let mayBegin =
            state.failure == nil && !state.isExhausted && state.ledger.hasRoom
            && state.running.count < max(1, stream.description.concurrency)
        if mayBegin { numbers.insert(MixedReading.offers) }
        return numbers
    }

    // MARK: Beginning batches

    /// Offers the batches one after another; making the next one may take long and holds nobody up.
    private func offer(
        _ first: [BatchDescription], _ batches: BatchSequence, _ channels: BatchChannels
    ) -> Task<Void, Never> {
        channels.open(MixedReading.offers)
        return Task {
            do {
                try await ThreadExecutor.run {
                    for batch in first { try await channels.send(.skipped(batch), from: MixedReading.offers) }
                    while let batch = try await batches.next() {
                        try await channels.send(.batch(batch), from: MixedReading.offers)
                    }
                }
                channels.end(MixedReading.offers, nil)
            } catch {
                channels.end(MixedReading.offers, error)
            }
        }
    }

    private func begin(_ delivery: BatchChannels.Delivery, _ state: inout Reading, _ channels: BatchChannels) throws {
        switch delivery {
        case .element: break
        case .ended: state.isExhausted = true
        case .failed(let error): state.failure = state.failure ?? error
        case .skipped(let batch): run(state.ledger.retry(batch), &state, channels)
        case .batch(let batch):
            if let begun = try state.ledger.begin(batch) { run(begun, &state, channels) }
        }
    }

    private func run(_ batch: BatchDescription, _ state: inout Reading, _ channels: BatchChannels) {
        let number = state.nextNumber
        state.nextNumber += 1
        channels.open(number)
        (stream as? any CommitFollowing)?.willRead(batch)
        state.running[number] = Running(
            batch: batch, order: state.begun, task: read(batch, number, channels), resume: batch.resume)
        state.begun += 1
    }

    /// Reads one batch on a thread of its own; one that takes too long is left to itself.
    private func read(
        _ batch: BatchDescription, _ number: Int, _ channels: BatchChannels, after wait: Duration = .zero
    ) -> Task<Void, Never> {
        Task { [stream, blockSize, recordInterval, policy, clock] in
            let reading = Task {
                do {
                    if wait > .zero { try await clock.sleep(wait) }
                    try await ThreadExecutor.run {
                        try await stream.read(
                            batch,
                            into: BatchOutput(blockSize: blockSize, recordInterval: recordInterval) {
                                try await channels.send(.element($0), from: number)
                            })
                    }
                    channels.end(number, nil)
                } catch {
                    channels.end(number, error)
                }
            }
            let limiting = policy.timeLimit.map { limit in
                Task {
                    try await clock.sleep(wait + limit)
                    channels.end(
                        number,
                        CartloadError(
                            .batchTimeout, "the batch \(batch) took longer than \(limit)",
                            advice: "Raise the limit, or make batches smaller."))
                    reading.cancel()
                }
            }
            await withTaskCancellationHandler {
                await reading.value
            } onCancel: {
                reading.cancel()
            }
            limiting?.cancel()
        }
    }

    // MARK: Deliveries

    private func take(
        _ delivery: BatchChannels.Delivery, of number: Int, _ state: inout Reading, _ channels: BatchChannels,
        _ deliver: (BatchOutput.Element) async throws -> Void
    ) async throws {
        guard let running = state.running[number] else { return }
        switch delivery {
        case .batch, .skipped: break
        case .element(.records(let records, let bytesRead, let place, let diagnostics)):
            reach(place, running.batch, number, &state)
            try await deliver(
                .records(
                    records, bytesRead: bytesRead, checkpoint: place.map { _ in state.ledger.checkpoint },
                    diagnostics: diagnostics))
        case .element(.divided(var block)):
            reach(block.checkpoint, running.batch, number, &state)
            block.checkpoint = block.checkpoint.map { _ in state.ledger.checkpoint }
            try await deliver(.divided(block))
        case .element(.closed):
            try state.ledger.close(running.batch)
            state.running[number]?.hasUncovered = false
            state.locked = nil
            try await deliver(.closed(running.batch, checkpoint: state.ledger.checkpoint))
        case .ended:
            state.running[number] = nil
            channels.remove(number)
        case .failed(let error):
            try await fail(error, running, number, &state, channels, deliver)
        }
    }

    /// Notes how far a batch is after a block.
    private func reach(_ place: Checkpoint?, _ batch: BatchDescription, _ number: Int, _ state: inout Reading) {
        if let place {
            state.ledger.reach(batch, place.value)
            state.running[number]?.resume = place.value
        }
        state.running[number]?.hasUncovered = place == nil
        state.locked = place == nil ? number : nil
    }

    /// Tries a batch again, gives it up, or lets the others finish and ends the run.
    private func fail(
        _ error: any Error, _ running: Running, _ number: Int, _ state: inout Reading, _ channels: BatchChannels,
        _ deliver: (BatchOutput.Element) async throws -> Void
    ) async throws {
        // Delivered blocks that no checkpoint covers cannot be taken back: only the run as a whole can be resumed.
        if running.hasUncovered || error is CancellationError { throw error }
        state.running[number] = nil
        channels.remove(number)
        running.task.cancel()
        let isLast = running.attempt >= policy.attempts
        report(running.batch, error, isLast)
        guard isLast else {
            var again = running
            again.attempt += 1
            let next = state.nextNumber
            state.nextNumber += 1
            channels.open(next)
            again.task = read(
                BatchDescription(running.batch.value, resume: running.resume), next, channels,
                after: policy.wait(after: running.attempt, random: clock.random()))
            state.running[next] = again
            return
        }
        guard policy.last == .skip else {
            state.failure = state.failure ?? error
            return
        }
        try state.ledger.skip(running.batch)
        try await deliver(.closed(running.batch, checkpoint: state.ledger.checkpoint))
    }
}
