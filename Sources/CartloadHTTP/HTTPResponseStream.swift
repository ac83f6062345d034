// SPDX-License-Identifier: Apache-2.0

public import CartloadCore
internal import Synchronization

/// Where a handler writes an answer that comes to be over time.
///
/// It is valid until the closure that it was given to returns. Several tasks may write; each piece stays whole.
public final class HTTPResponseStream: Sendable {
    typealias Waiter = CheckedContinuation<Void, Never>

    private let flow: Mutex<StreamFlow<Waiter>>
    private let send: @Sendable (Bytes) -> Void

    init(highWater: Int, send: @escaping @Sendable (Bytes) -> Void) {
        flow = Mutex(StreamFlow(highWater: highWater))
        self.send = send
    }

    /// Sends a piece at once; waits while more than ``HTTPServerOptions/streamHighWater`` bytes have not been taken.
    ///
    /// - Throws: `CancellationError` when the client has gone, the server is ending, or the task is cancelled.
    public func write(_ bytes: Bytes) async throws {
        try Task.checkCancellation()
        guard flow.withLock({ $0.write(bytes.count) }) else { throw CancellationError() }
        send(bytes)
        guard flow.withLock({ $0.queued > $0.highWater }) else { return }
        let ticket = flow.withLock { $0.ticket() }
        await withTaskCancellationHandler {
            await withCheckedContinuation { waiter in
                // Looked at again within: the cancellation may have come before there was a waiter to give up.
                let mustWait = flow.withLock { flow in !Task.isCancelled && flow.wait(ticket, waiter) }
                if !mustWait { waiter.resume() }
            }
        } onCancel: {
            flow.withLock { $0.giveUp(ticket) }?.resume()
        }
        if flow.withLock({ $0.isGone }) || Task.isCancelled { throw CancellationError() }
    }

    /// Sends a text.
    public func write(_ text: String) async throws { try await write(Bytes(text)) }

    func written(_ count: Int) {
        for waiter in flow.withLock({ $0.written(count) }) { waiter.resume() }
    }

    func end() {
        for waiter in flow.withLock({ $0.end() }) { waiter.resume() }
    }
}
