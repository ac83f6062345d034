// SPDX-License-Identifier: Apache-2.0

internal import CCurl
internal import CartloadCore
internal import Glibc
internal import Synchronization

/// The one thread on which libcurl runs all transfers of the program.
///
/// Library and thread are there only from the first request on; an idle program pays nothing for them.
final class HTTPEngine: Sendable {
    static let shared = HTTPEngine()

    private enum Command {
        case start(HTTPTransfer)
        case resume(HTTPTransfer)
        case cancel(HTTPTransfer)
    }

    private struct State {
        var commands: [Command] = []
        /// The address of libcurl's set; a number, because the set itself belongs to the thread.
        var multi: UInt?
    }

    /// How many transfers run at once; more wait their turn (I7).
    static let maximumTransfers = 128
    /// How many connections are kept for later requests.
    private static let keptConnections = 16

    private let state = Mutex(State())

    /// Starts a transfer.
    ///
    /// - Throws: `CartloadError` with code `http.no-library` when libcurl is not there.
    func start(_ transfer: HTTPTransfer) throws {
        try state.withLock { state in if state.multi == nil { state.multi = try launch() } }
        post(.start(transfer))
    }

    /// Goes on with a transfer whose sink had no room.
    func resume(_ transfer: HTTPTransfer) { post(.resume(transfer)) }

    /// Ends a transfer at once; nothing happens when it has ended already.
    func cancel(_ transfer: HTTPTransfer) { post(.cancel(transfer)) }

    private func post(_ command: Command) {
        let multi = state.withLock { state in
            state.commands.append(command)
            return state.multi.flatMap { OpaquePointer(bitPattern: $0) }
        }
        if let multi { cl_curl_multi_wake(multi) }
    }

    private func launch() throws -> UInt {
        let problem = withUnsafeTemporaryAllocation(of: CChar.self, capacity: 256) { words -> String? in
            cl_curl_load(words.baseAddress, words.count) ? nil : words.baseAddress.map { String(cString: $0) } ?? ""
        }
        if let problem {
            throw CartloadError(
                .noHTTPLibrary, "libcurl cannot be loaded: \(problem)",
                advice: "Install the distribution's package libcurl4.")
        }
        guard let multi = cl_curl_multi_new(HTTPEngine.keptConnections) else {
            throw CartloadError(.noHTTPLibrary, "libcurl has no memory")
        }
        let address = UInt(bitPattern: multi)
        do {
            try SystemThread.detach(stackSize: 1 << 20) {
                guard let multi = OpaquePointer(bitPattern: address) else { return }
                EngineThread(multi, self.take).run()
            }
        } catch {
            throw CartloadError(.requestFailed, "no thread could be started", cause: error)
        }
        return address
    }

    private func take() -> [Command] {
        state.withLock { state in
            defer { state.commands.removeAll(keepingCapacity: true) }
            return state.commands
        }
    }

    /// What the thread owns.
    private final class EngineThread {
        private let multi: OpaquePointer
        private let commands: () -> [Command]
        private var active: [OpaquePointer: HTTPTransfer] = [:]
        private var queue: [HTTPTransfer] = []
        private var idle: [OpaquePointer] = []

        init(_ multi: OpaquePointer, _ commands: @escaping () -> [Command]) {
            self.multi = multi
            self.commands = commands
        }

        func run() {
            block()
            while true {
                for command in commands() { execute(command) }
                cl_curl_multi_perform(multi)
                var code: Int32 = 0
                while let handle = cl_curl_multi_done(multi, &code) { finish(handle, code) }
                while active.count < HTTPEngine.maximumTransfers, !queue.isEmpty { begin(queue.removeFirst()) }
                cl_curl_multi_wait(multi, 60_000)
            }
        }

        /// Signals are the main program's business.
        private func block() {
            var all = sigset_t()
            sigfillset(&all)
            pthread_sigmask(SIG_BLOCK, &all, nil)
        }

        private func execute(_ command: Command) {
            switch command {
            case .start(let transfer):
                queue.append(transfer)
            case .resume(let transfer):
                guard let handle = transfer.handle else { return }
                cl_curl_easy_resume(handle)
            case .cancel(let transfer):
                queue.removeAll { $0 === transfer }
                if let handle = transfer.handle { retire(handle) }
                transfer.end(CancellationError())
            }
        }

        private func begin(_ transfer: HTTPTransfer) {
            guard let handle = idle.popLast() ?? cl_curl_easy_new() else {
                return transfer.end(CartloadError(.requestFailed, "there is no memory for the request"))
            }
            do {
                try transfer.prepare(handle)
            } catch {
                transfer.end(error)
                return release(handle, transfer)
            }
            active[handle] = transfer
            guard cl_curl_multi_add(multi, handle) == 0 else {
                active[handle] = nil
                transfer.end(CartloadError(.requestFailed, "the request cannot be started"))
                return release(handle, transfer)
            }
            // The next wait must not wait: what was added has still to be performed.
            cl_curl_multi_wake(multi)
        }

        private func finish(_ handle: OpaquePointer, _ code: Int32) {
            guard let transfer = active[handle] else { return }
            let redirect = cl_curl_redirect(handle).map { String(cString: $0) }
            retire(handle)
            if transfer.finish(cl_curl_code(UInt32(bitPattern: code)), redirect: redirect) { begin(transfer) }
        }

        private func retire(_ handle: OpaquePointer) {
            guard let transfer = active.removeValue(forKey: handle) else { return }
            cl_curl_multi_remove(multi, handle)
            release(handle, transfer)
        }

        private func release(_ handle: OpaquePointer, _ transfer: HTTPTransfer) {
            transfer.release()
            cl_curl_easy_reset(handle)
            if idle.count < HTTPEngine.keptConnections { idle.append(handle) } else { cl_curl_easy_free(handle) }
        }
    }
}
