// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore
internal import Synchronization

/// Collects a whole answer for a task that waits; the transfer bounds its size.
final class HTTPCollector: HTTPSink {
    private struct State: ~Copyable {
        var head: HTTPResponseHead?
        var body: BytesBuilder? = BytesBuilder()
        var waiting: CheckedContinuation<HTTPResponse, any Error>?
        var outcome: Result<HTTPResponse, any Error>?
    }

    private let state = Mutex(State())

    /// The answer, once there is one.
    func response() async throws -> HTTPResponse {
        try await withCheckedThrowingContinuation { continuation in
            let outcome = state.withLock { state in
                if state.outcome == nil { state.waiting = continuation }
                return state.outcome
            }
            if let outcome { continuation.resume(with: outcome) }
        }
    }

    func begin(_ head: HTTPResponseHead) { state.withLock { $0.head = head } }

    func take(_ bytes: UnsafeRawBufferPointer) -> Bool {
        let bytes = Bytes(copying: bytes)  // a pointer must not come near what the lock protects
        state.withLock { $0.body?.append(bytes) }
        return true
    }

    func end(_ failure: (any Error)?) {
        let (waiting, outcome) = state.withLock { state in
            let body = state.body.take()?.finish() ?? Bytes()
            let outcome: Result<HTTPResponse, any Error> =
                if let failure { .failure(failure) } else if let head = state.head {
                    .success(HTTPResponse(head: head, body: body))
                } else { .failure(CancellationError()) }
            state.outcome = outcome
            return (state.waiting.take(), outcome)
        }
        waiting?.resume(with: outcome)
    }
}
