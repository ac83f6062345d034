// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore
internal import Glibc

/// The bounded buffer between the engine's thread and the one thread that reads a body (I7).
///
/// Unchecked because everything mutable is touched only under `mutex`.
final class HTTPBodyPipe: HTTPSink, @unchecked Sendable {
    /// What a read found.
    enum Reading {
        /// So many bytes; with `resumes` the transfer is to be resumed, as there is room again.
        case bytes(Int, resumes: Bool)
        case end
        case failure(any Error)
    }

    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    private let ring: UnsafeMutableRawBufferPointer
    private var first = 0
    private var held = 0
    private var isFull = false
    private var head: HTTPResponseHead?
    private var isEnded = false
    private var failure: (any Error)?
    private var waiting: CheckedContinuation<HTTPResponseHead, any Error>?

    /// Room for less than two of libcurl's pieces would stop the transfer at each of them.
    init(capacity: Int) {
        ring = .allocate(byteCount: max(capacity, 64 << 10), alignment: 16)
        pthread_mutex_init(mutex, nil)
        var attributes = pthread_condattr_t()
        pthread_condattr_init(&attributes)
        pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
        pthread_cond_init(condition, &attributes)
        pthread_condattr_destroy(&attributes)
    }

    deinit {
        pthread_cond_destroy(condition)
        pthread_mutex_destroy(mutex)
        condition.deallocate()
        mutex.deallocate()
        ring.deallocate()
    }

    private func withLock<Result>(_ body: () -> Result) -> Result {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        return body()
    }

    // MARK: the engine's side

    func begin(_ head: HTTPResponseHead) {
        let waiting = withLock {
            self.head = head
            pthread_cond_broadcast(condition)
            return self.waiting.take()
        }
        waiting?.resume(returning: head)
    }

    func take(_ bytes: UnsafeRawBufferPointer) -> Bool {
        withLock {
            guard held + bytes.count <= ring.count else {
                isFull = true
                return false
            }
            let start = (first + held) % ring.count
            let straight = min(bytes.count, ring.count - start)
            copy(bytes[..<straight], to: start)
            copy(bytes[straight...], to: 0)
            held += bytes.count
            pthread_cond_broadcast(condition)
            return true
        }
    }

    private func copy(_ bytes: Slice<UnsafeRawBufferPointer>, to start: Int) {
        guard !bytes.isEmpty else { return }
        UnsafeMutableRawBufferPointer(rebasing: ring[start...]).copyMemory(
            from: UnsafeRawBufferPointer(rebasing: bytes))
    }

    func end(_ failure: (any Error)?) {
        let waiting = withLock {
            if !isEnded {
                isEnded = true
                self.failure = failure
            }
            pthread_cond_broadcast(condition)
            return self.waiting.take()
        }
        waiting?.resume(throwing: failure ?? CancellationError())
    }

    // MARK: the reader's side

    /// The head of the answer, for a task.
    func response() async throws -> HTTPResponseHead {
        try await withCheckedThrowingContinuation { continuation in
            let outcome: Result<HTTPResponseHead, any Error>? = withLock {
                if let head { return .success(head) }
                if isEnded { return .failure(failure ?? CancellationError()) }
                waiting = continuation
                return nil
            }
            if let outcome { continuation.resume(with: outcome) }
        }
    }

    /// The head of the answer, for a thread; nil when it has not come for a tenth of a second.
    func awaitResponse() throws -> HTTPResponseHead? {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        if head == nil, !isEnded { wait() }
        if let head { return head }
        if isEnded { throw failure ?? CancellationError() }
        return nil
    }

    /// Takes what is there; nil when nothing has come for a tenth of a second, so that the caller can look around.
    func read(into buffer: UnsafeMutableRawBufferPointer) -> Reading? {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        if held == 0, !isEnded { wait() }
        guard held > 0 else {
            guard isEnded else { return nil }
            return failure.map { .failure($0) } ?? .end
        }
        let count = min(buffer.count, held)
        let straight = min(count, ring.count - first)
        buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: ring[first..<first + straight]))
        if straight < count {
            UnsafeMutableRawBufferPointer(rebasing: buffer[straight...])
                .copyMemory(from: UnsafeRawBufferPointer(rebasing: ring[..<(count - straight)]))
        }
        first = (first + count) % ring.count
        held -= count
        // Half empty, so that the transfer is not stopped and resumed for every piece.
        let resumes = isFull && held <= ring.count / 2
        if resumes { isFull = false }
        return .bytes(count, resumes: resumes)
    }

    /// Whether a read would have to wait.
    var isDry: Bool { withLock { held == 0 && !isEnded } }

    private func wait() {
        var until = timespec()
        clock_gettime(CLOCK_MONOTONIC, &until)
        until.tv_nsec += 100_000_000
        if until.tv_nsec >= 1_000_000_000 {
            until.tv_nsec -= 1_000_000_000
            until.tv_sec += 1
        }
        pthread_cond_timedwait(condition, mutex, &until)
    }
}
