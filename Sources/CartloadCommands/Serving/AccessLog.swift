// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore
internal import CartloadHTTP
internal import Glibc
internal import Synchronization

/// A line for each request, as JSON: time, peer, method, path without its query, status, bytes, milliseconds, request id.
///
/// Lines are gathered and written by a thread of their own, because whoever tells of a request must not wait.
final class AccessLog: Sendable {
    /// Bytes that may wait to be written (I7); what goes beyond is counted and left out.
    private static let room = 4 << 20

    private struct State {
        var waiting = ""
        var lost = 0
        var isWriting = false
        var isClosed = false
    }

    private let descriptor: Int32
    private let now: @Sendable () -> Double
    private let state = Mutex(State())

    init(_ path: String, now: @escaping @Sendable () -> Double) throws {
        self.now = now
        descriptor = path == "-" ? dup(2) : open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o640)
        guard descriptor >= 0 else {
            throw CartloadError(
                .accessLogFailed, "the access log \(path) cannot be opened: \(String(cString: strerror(errno)))",
                advice: "Name a file in a directory that may be written to.")
        }
    }

    deinit { Glibc.close(descriptor) }

    func write(_ access: HTTPAccess) {
        let time = Instant(microseconds: Int64(now() * 1e6))
        var line = JSONObject([
            ("time", .string(time.description)), ("peer", .string(access.request.peer)),
            ("method", .string(access.request.method)), ("path", .string(access.request.path)),
            ("status", .int(access.status)), ("bytes_in", .int(access.bytesIn)), ("bytes_out", .int(access.bytesOut)),
            ("ms", .double((access.duration / .microseconds(1)).rounded() / 1000)),
        ])
        line["request_id"] = access.request.headers["x-request-id"].map { .string(String($0.prefix(200))) }
        if !access.isWhole { line["broken"] = true }
        let text = JSONValue.object(line).description + "\n"
        let starts = state.withLock { state in
            if state.isClosed { return false }
            guard state.waiting.utf8.count + text.utf8.count <= AccessLog.room else {
                state.lost += 1
                return false
            }
            state.waiting += text
            defer { state.isWriting = true }
            return !state.isWriting
        }
        guard starts else { return }
        do {
            try SystemThread.detach { self.drain() }
        } catch {
            drain()
        }
    }

    /// Writes what waits, until nothing does.
    private func drain() {
        while true {
            let text = state.withLock { state -> String in
                var text = state.waiting
                if state.lost > 0 {
                    text += JSONValue.object(JSONObject([("lost", .int(state.lost))])).description + "\n"
                    state.lost = 0
                }
                state.waiting = ""
                if text.isEmpty { state.isWriting = false }
                return text
            }
            if text.isEmpty { return }
            Bytes(text).withUnsafeBytes { buffer in
                var rest = buffer[...]
                while !rest.isEmpty {
                    let count = Glibc.write(descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
                    if count <= 0 { if errno == EINTR { continue } else { return } }
                    rest = rest.dropFirst(count)
                }
            }
        }
    }

    /// Writes the rest.
    func close() {
        drain()
        state.withLock { $0.isClosed = true }
    }
}
