// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore

/// Reads the batches of a stream, several at a time where it allows that, and delivers their blocks in batch order (I6).
struct StreamReading {
    let stream: any Stream
    let blockSize: Int
    let stop: StopRequest

    /// How many blocks of a batch that is not yet its turn are held (I7).
    private static let blocksAhead = 2

    /// Reads what is left since a checkpoint.
    ///
    /// - Parameter deliver: Called one element at a time, in order.
    func run(
        since checkpoint: Checkpoint?, batches: [BatchDescription],
        deliver: (BatchOutput.Element) async throws -> Void
    ) async throws {
        var remaining = batches[...]
        var reading: [BoundedChannel<BatchOutput.Element>] = []
        try await withThrowingTaskGroup(of: Void.self) { group in
            defer {
                for channel in reading { channel.finish() }
                group.cancelAll()
            }
            while !stop.isRequested {
                while reading.count < max(1, stream.description.concurrency), let batch = remaining.popFirst() {
                    let channel = BoundedChannel<BatchOutput.Element>(capacity: Self.blocksAhead)
                    reading.append(channel)
                    group.addTask { [stream, blockSize] in
                        do {
                            try await ThreadExecutor.run {
                                try await stream.read(
                                    batch, into: BatchOutput(blockSize: blockSize) { try await channel.send($0) })
                            }
                            channel.finish()
                        } catch {
                            channel.finish(throwing: error)
                        }
                    }
                }
                guard let channel = reading.first else { break }
                while !stop.isRequested, let element = try await channel.next() { try await deliver(element) }
                if stop.isRequested { break }
                reading.removeFirst()
            }
        }
    }
}
