// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore
internal import Synchronization

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
    /// - Returns: Whether everything was read; false after a stop.
    func run(
        since checkpoint: Checkpoint?, batches: [BatchDescription],
        deliver: (BatchOutput.Element) async throws -> Void
    ) async throws -> Bool {
        var remaining = batches[...]
        let reading = OpenChannels()
        // Whoever waits for a slow source is let go at once.
        stop.onRequest { reading.finish() }
        return try await withThrowingTaskGroup(of: Void.self) { group in
            defer {
                reading.finish()
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
                guard let channel = reading.first else { return true }
                while let element = try await channel.next() {
                    try await deliver(element)
                    if stop.isRequested { return false }
                }
                // A stop ends the channels, so that only without one this is the batch's own end.
                if stop.isRequested { break }
                reading.removeFirst()
            }
            return remaining.isEmpty && reading.count == 0
        }
    }
}

/// The channels of the batches that are being read, in order.
private final class OpenChannels: Sendable {
    typealias Channel = BoundedChannel<BatchOutput.Element>
    private let channels = Mutex<[Channel]>([])

    var count: Int { channels.withLock { $0.count } }
    var first: Channel? { channels.withLock { $0.first } }

    func append(_ channel: Channel) { channels.withLock { $0.append(channel) } }

    func removeFirst() { channels.withLock { _ = $0.removeFirst() } }

    func finish() {
        for channel in channels.withLock({ $0 }) { channel.finish() }
    }
}
