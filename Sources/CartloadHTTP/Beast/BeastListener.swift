// SPDX-License-Identifier: Apache-2.0

internal import CHTTP
internal import CartloadCore
internal import Synchronization

/// The C++ server, from listening to its last connection.
///
/// Unchecked because the handle is set once, before any thread knows of it, and its functions may be called by all.
final class BeastListener: @unchecked Sendable {
    let options: HTTPServerOptions
    let address: HTTPServerAddress
    let queue = ExchangeQueue()
    let compression: ResponseCompression?
    private let handle: OpaquePointer
    private let link: Link
    private let end = Mutex(End())

    /// What the loops are given: it leads to the listener once that runs, and is kept until they have ended.
    final class Link: Sendable {
        private let target = Mutex<(listener: BeastListener, handler: any HTTPHandler)?>(nil)

        func set(_ listener: BeastListener, _ handler: any HTTPHandler) {
            target.withLock { $0 = (listener, handler) }
        }

        func get() -> (listener: BeastListener, handler: any HTTPHandler)? { target.withLock { $0 } }

        func clear() -> BeastListener? {
            target.withLock { target in
                defer { target = nil }
                return target?.listener
            }
        }
    }

    private struct End {
        var hasStopped = false
        var waiters: [CheckedContinuation<Void, Never>] = []
    }

    /// Listens.
    ///
    /// - Throws: `CartloadError`; see ``HTTPServer/start()``.
    init(_ options: HTTPServerOptions) throws {
        try options.check()
        self.options = options
        compression = options.gzipMinimum.map { ResponseCompression(minimum: $0) }
        let link = Link()
        self.link = link
        var handle: OpaquePointer?
        var callbacks = cl_http_callbacks(
            request: BeastCallbacks.request, event: BeastCallbacks.event, release: BeastCallbacks.release,
            stopped: BeastCallbacks.stopped)
        try Self.calling(options) { message, capacity in
            options.withC {
                cl_http_open(&$0, &callbacks, Unmanaged.passUnretained(link).toOpaque(), &handle, message, capacity)
            }
        }
        guard let handle else {
            throw CartloadError(.serverNotStarted, "the server could not be started")
        }
        self.handle = handle
        let host = withUnsafeTemporaryAllocation(of: CChar.self, capacity: 64) { text -> String in
            cl_http_address(handle, text.baseAddress, text.count)
            return text.baseAddress.map { String(cString: $0) } ?? ""
        }
        address = HTTPServerAddress(host: host, port: Int(cl_http_port(handle)), isSecure: options.tls != nil)
    }

    deinit { cl_http_free(handle) }

    var connectionCount: Int { Int(cl_http_connections(handle)) }

    /// Starts the loops.
    func run(_ handler: any HTTPHandler) throws {
        link.set(self, handler)
        let kept = Unmanaged.passRetained(link)
        do {
            try Self.calling(options) { cl_http_run(handle, $0, $1) }
        } catch {
            kept.release()
            _ = link.clear()
            throw error
        }
    }

    func drain(within time: Duration) { cl_http_drain(handle, time.wholeMilliseconds) }

    func reloadCertificate() throws { try Self.calling(options) { cl_http_reload(handle, $0, $1) } }

    /// Called by the last loop.
    func stopped() {
        queue.end()
        let waiters = end.withLock { end in
            end.hasStopped = true
            defer { end.waiters = [] }
            return end.waiters
        }
        for waiter in waiters { waiter.resume() }
    }

    /// Waits until the loops have ended.
    func awaitEnd() async {
        await withCheckedContinuation { waiter in
            let hasStopped = end.withLock { end in
                if !end.hasStopped { end.waiters.append(waiter) }
                return end.hasStopped
            }
            if hasStopped { waiter.resume() }
        }
    }

    func respond(_ id: UInt64, _ response: inout cl_http_response) -> Bool {
        cl_http_respond(handle, id, &response) != 0
    }

    func write(_ id: UInt64, _ bytes: Bytes) {
        bytes.withUnsafeBytes { buffer in
            cl_http_stream_write(
                handle, id, buffer.baseAddress, buffer.count, Unmanaged.passRetained(bytes.storage).toOpaque())
        }
    }

    func endStream(_ id: UInt64, isWhole: Bool) { cl_http_stream_end(handle, id, isWhole ? 1 : 0) }

    /// Turns a failure into an error.
    private static func calling(
        _ options: HTTPServerOptions, _ body: (UnsafeMutablePointer<CChar>?, Int) -> cl_http_failure
    ) throws {
        try withUnsafeTemporaryAllocation(of: CChar.self, capacity: 512) { words in
            words.initialize(repeating: 0)
            let failure = body(words.baseAddress, words.count)
            guard failure != CL_HTTP_OK else { return }
            throw options.error(failure, words.baseAddress.map { String(cString: $0) } ?? "")
        }
    }
}
