// SPDX-License-Identifier: Apache-2.0

public import CartloadCore
internal import Synchronization

/// Reads the body of an answer while it comes, in bounded memory; calls block, so they belong on a thread of their own.
///
/// It is read by one thread at a time. A cancelled task's read ends within a tenth of a second; ``cancel()``, from any
/// thread, ends it at once. Letting go of the reader ends the transfer.
public final class HTTPBodyReader: ByteReader, Sendable {
    /// Status, headers and the URL that answered.
    public let head: HTTPResponseHead
    private let bytesRead = Atomic(0)
    private let transfer: HTTPTransfer
    private let pipe: HTTPBodyPipe
    private let engine: HTTPEngine

    init(_ head: HTTPResponseHead, _ transfer: HTTPTransfer, _ pipe: HTTPBodyPipe, _ engine: HTTPEngine) {
        self.head = head
        self.transfer = transfer
        self.pipe = pipe
        self.engine = engine
    }

    deinit { engine.cancel(transfer) }

    public var storedBytesRead: Int { bytesRead.load(ordering: .relaxed) }

    /// The URL, without its query.
    public var name: String { head.url.description }

    public var wouldWait: Bool { pipe.isDry }

    /// Reads at least one byte; 0 means that the whole body has come, as long as the server said it would be.
    ///
    /// - Throws: `CartloadError` with code `http.broken-off`, `http.timeout`, `http.too-large` or `http.failed`, located at
    ///   the byte where the body broke off.
    public func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        guard buffer.count > 0 else { return 0 }
        while true {
            if Task.isCancelled {
                cancel()
                throw CancellationError()
            }
            switch pipe.read(into: buffer) {
            case nil: continue
            case .end: return 0
            case .failure(let error): throw error
            case .bytes(let count, let resumes):
                if resumes { engine.resume(transfer) }
                bytesRead.wrappingAdd(count, ordering: .relaxed)
                return count
            }
        }
    }

    /// Ends the transfer; a read that waits, and every later one, throws `CancellationError`.
    public func cancel() { engine.cancel(transfer) }

    /// The body from the front, at most so many bytes, for a task; what cannot be read is left out.
    func firstBytes(_ limit: Int) async throws -> Bytes {
        try await withTaskCancellationHandler {
            try await Threads.run { try self.awaitFirstBytes(limit) }
        } onCancel: {
            cancel()
        }
    }

    /// The body from the front, at most so many bytes; what cannot be read is left out.
    func awaitFirstBytes(_ limit: Int) throws -> Bytes {
        var room = [UInt8](repeating: 0, count: limit)
        var count = 0
        try room.withUnsafeMutableBytes { room in
            while count < limit {
                do {
                    let more = try read(into: UnsafeMutableRawBufferPointer(rebasing: room[count...]))
                    if more == 0 { return }
                    count += more
                } catch is CartloadError {
                    return
                }
            }
        }
        cancel()
        return Bytes(room[..<count])
    }
}
