// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore
internal import Synchronization

/// A server of HTTP/1.1 on a few threads of its own, with TLS and bounds for everything.
///
/// Requests are parsed strictly: where two readers could disagree about where a request ends, it is answered with 400 and
/// the connection is closed. Compressed bodies of requests are answered with 415.
public final class BeastServer: HTTPServer {
    private enum State {
        case new
        case listening(BeastListener)
        case serving(BeastListener)
        case ended
        /// Before it ran.
        case drained
    }

    /// How it was made.
    public let options: HTTPServerOptions
    private let state = Mutex(State.new)

    /// A server that does nothing yet.
    public init(_ options: HTTPServerOptions) { self.options = options }

    @discardableResult
    public func start() throws -> HTTPServerAddress {
        try state.withLock { state in
            switch state {
            case .new:
                let listener = try BeastListener(options)
                state = .listening(listener)
                return listener.address
            case .listening(let listener), .serving(let listener): return listener.address
            case .ended, .drained:
                throw CartloadError(.serverNotStarted, "the server has ended; it runs once")
            }
        }
    }

    @concurrent
    public func serve(_ handler: some HTTPHandler) async throws {
        if state.withLock({ if case .new = $0 { true } else { false } }) { try start() }
        let listener = try state.withLock { state -> BeastListener? in
            if case .drained = state { return nil }
            guard case .listening(let listener) = state else {
                throw CartloadError(.serverNotStarted, "the server runs already, or has ended; it runs once")
            }
            try listener.run(handler)
            state = .serving(listener)
            return listener
        }
        guard let listener else { return }
        await withTaskCancellationHandler {
            await withDiscardingTaskGroup { group in
                while let items = await listener.queue.next() {
                    for item in items {
                        switch item {
                        case .start(let exchange): group.addTask { await exchange.run(handler) }
                        case .cancel(let exchange): exchange.cancel()
                        }
                    }
                }
            }
        } onCancel: {
            listener.drain(within: .zero)
        }
        state.withLock { $0 = .ended }
    }

    public func drain(within time: Duration) async {
        let listener = state.withLock { state -> BeastListener? in
            switch state {
            case .serving(let listener): return listener
            case .new, .listening:
                state = .drained
                return nil
            case .ended, .drained: return nil
            }
        }
        guard let listener else { return }
        listener.drain(within: time)
        await listener.awaitEnd()
    }

    /// Reads the files of the certificate again, for connections that begin from now on; without TLS it does nothing.
    ///
    /// - Throws: `CartloadError` with code `server.bad-certificate`, and then the old certificate stays in use.
    public func reloadCertificate() throws {
        switch state.withLock({ $0 }) {
        case .listening(let listener), .serving(let listener): try listener.reloadCertificate()
        case .new, .ended, .drained: break
        }
    }

    /// How many connections are open.
    public var connectionCount: Int {
        switch state.withLock({ $0 }) {
        case .listening(let listener), .serving(let listener): listener.connectionCount
        case .new, .ended, .drained: 0
        }
    }
}
