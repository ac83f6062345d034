// SPDX-License-Identifier: Apache-2.0

package import CartloadCore
internal import Synchronization

/// Reads the batches of a stream, several at a time where it allows that, and delivers their blocks in batch order (I6).
package struct StreamReading {
    let stream: any Stream
    let blockSize: Int
    let recordInterval: Int?
    let stop: StopRequest

    package init(stream: any Stream, blockSize: Int, recordInterval: Int? = nil, stop: StopRequest) {
        self.stream = stream
        self.blockSize = blockSize
        self.recordInterval = recordInterval
        self.stop = stop
    }

    /// How many blocks of a batch that is not yet its turn are held (I7).
    private static let blocksAhead = 2

    /// How long after a stop a place is waited for at which the stream can be resumed (I7).
    private static let patience: Duration = .seconds(2)

    /// The batch whose turn it is; ending it wakes who waits for its next block.
    private final class Turn: Sendable {
        private struct State {
            var channel: BoundedChannel<BatchOutput.Element>?
            var isOver = false
            /// Whether the last block was one that the stream cannot be resumed after.
            var isBetween = false
        }

        private let state = Mutex(State())

        func give(to channel: BoundedChannel<BatchOutput.Element>) {
            let isOver = state.withLock { state in
                state.channel = channel
                return state.isOver
            }
            if isOver { channel.finish() }
        }

        /// Whether an element is still wanted: after the end only what leads to a place where the stream can be resumed.
        func wants(_ element: BatchOutput.Element) -> Bool {
            state.withLock { state in
                if state.isOver, !state.isBetween { return false }
                state.isBetween = element.checkpoint == nil
                return true
            }
        }

        /// Ends at once where the stream can be resumed and nothing more was read, else in a while, when no such place
        /// comes before.
        func stop() {
            let isBetween = state.withLock { state in
                let isBetween = state.isBetween || state.channel?.isEmpty == false
                if !isBetween { state.isOver = true }
                return isBetween
            }
            guard isBetween else { return end() }
            Task {
                try await Task.sleep(for: StreamReading.patience)
                end()
            }
        }

        func end() {
            let channel = state.withLock { state in
                state.isOver = true
                return state.channel
            }
            channel?.finish()
        }
    }

    /// Reads the batches that are left.
    ///
    /// A source that waits for input, such as a pipe, is not waited for after a stop request, a cancellation or an error:
    /// its task ends on its own, at the latest when it next writes.
    ///
    /// - Parameter deliver: Called one element at a time, in order.
    /// - Returns: Whether everything was read; false after a stop.
    package func run(
        _ batches: BatchSequence, deliver: (BatchOutput.Element) async throws -> Void
    ) async throws -> Bool {
        let turn = Turn()
        stop.onRequest { [weak turn] in turn?.stop() }
        return try await withTaskCancellationHandler {
            try await run(batches, turn, deliver)
        } onCancel: {
            turn.end()
        }
    }

    private func run(
        _ batches: BatchSequence, _ turn: Turn, _ deliver: (BatchOutput.Element) async throws -> Void
    ) async throws -> Bool {
        var isExhausted = false
        // Making a batch may take long and block, so the next one is made while others are read.
        let isLazy = stream is any LazilyBatchedStream
        var upcoming = isLazy ? next(of: batches) : nil
        var reading: [(channel: BoundedChannel<BatchOutput.Element>, task: Task<Void, Never>)] = []
        defer {
            upcoming?.cancel()
            for (channel, task) in reading {
                channel.finish()
                task.cancel()
            }
        }
        while !stop.isRequested {
            while !isExhausted, reading.count < max(1, stream.description.concurrency) {
                let batch = if let upcoming { try await upcoming.value } else { try await batches.next() }
                isExhausted = batch == nil
                upcoming = isLazy && !isExhausted ? next(of: batches) : nil
                if let batch { reading.append(begin(batch)) }
            }
            guard let (channel, task) = reading.first else { return true }
            turn.give(to: channel)
            while let element = try await channel.next() {
                guard turn.wants(element) else { return false }
                try await deliver(element)
                // What follows is read again, so it is not worth writing.
                if stop.isRequested, element.checkpoint != nil { return false }
            }
            try Task.checkCancellation()
            // A stop ends the channel, so that only without one this is the batch's own end.
            if stop.isRequested { return false }
            await task.value
            reading.removeFirst()
        }
        return false
    }

    /// Makes a batch on a thread of its own.
    private func next(of batches: BatchSequence) -> Task<BatchDescription?, any Error> {
        Task { try await ThreadExecutor.run { try await batches.next() } }
    }

    /// Reads one batch on a thread of its own.
    private func begin(
        _ batch: BatchDescription
    ) -> (channel: BoundedChannel<BatchOutput.Element>, task: Task<Void, Never>) {
        let channel = BoundedChannel<BatchOutput.Element>(capacity: Self.blocksAhead)
        let task = Task { [stream, blockSize, recordInterval] in
            do {
                try await ThreadExecutor.run {
                    try await stream.read(
                        batch,
                        into: BatchOutput(blockSize: blockSize, recordInterval: recordInterval) {
                            try await channel.send($0)
                        })
                }
                channel.finish()
            } catch {
                channel.finish(throwing: error)
            }
        }
        return (channel, task)
    }
}
