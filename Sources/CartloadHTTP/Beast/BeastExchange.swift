// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore
internal import Synchronization

/// One request on its way through its task, and its answer on its way back.
final class BeastExchange: Sendable {
    /// Unchecked because of a task's handle only `cancel` is called by others, which any thread may, and never after the
    /// task has taken it out of `state`.
    private struct RunningTask: @unchecked Sendable {
        let task: UnsafeCurrentTask
    }

    private struct State {
        var request: HTTPServerRequest?
        var task: RunningTask?
        var isGone = false
        var status = 0
        var stream: HTTPResponseStream?
    }

    private let id: UInt64
    private let isHead: Bool
    private let immediateStream: HTTPServerResponse?
    private let bytesIn: Int
    /// For the log; nil when nobody wants to know.
    private let logged: HTTPServerRequest?
    private let listener: BeastListener
    private let state: Mutex<State>

    init(
        id: UInt64, request: HTTPServerRequest, isHead: Bool, stream: HTTPServerResponse?, listener: BeastListener
    ) {
        self.id = id
        self.isHead = isHead
        immediateStream = stream
        bytesIn = request.body.count
        logged = listener.options.onAccess == nil ? nil : request.withoutBody()
        self.listener = listener
        state = Mutex(State(request: request))
    }

    // In the request's task.

    func run(_ handler: any HTTPHandler) async {
        // Taken, not copied: the handler alone keeps the body, for as long as it likes.
        guard let request = state.withLock({ $0.request.take() }) else { return }
        withUnsafeCurrentTask { task in
            let isGone = state.withLock { state in
                state.task = task.map { RunningTask(task: $0) }
                return state.isGone
            }
            if isGone { task?.cancel() }
        }
        defer { state.withLock { $0.task = nil } }
        let response: HTTPServerResponse
        if let immediateStream {
            response = immediateStream
        } else {
            response = await handler.response(to: request)
        }
        if case .stream(let write) = response.body { return await stream(response, write) }
        let sent = listener.compression?.compressed(response, for: request) ?? response
        _ = listener.send(sent, to: id, note: note)
    }

    private func stream(
        _ response: HTTPServerResponse, _ write: @Sendable (HTTPResponseStream) async throws -> Void
    ) async {
        let stream = HTTPResponseStream(highWater: listener.options.streamHighWater) { [listener, id] bytes in
            listener.write(id, bytes)
        }
        let isGone = state.withLock { state in
            state.stream = stream
            return state.isGone
        }
        if isGone { stream.end() }
        let status = listener.send(response, to: id, note: note)
        guard status == response.status, !isHead else { return }
        do {
            try await write(stream)
            listener.endStream(id, isWhole: true)
        } catch {
            listener.endStream(id, isWhole: false)
        }
        stream.end()
    }

    private func note(_ status: Int) { state.withLock { $0.status = status } }

    // On the loop.

    func gone() {
        let stream = state.withLock { state in
            state.isGone = true
            return state.stream
        }
        stream?.end()
        // What is called when a task is cancelled is the handler's code, which has no business on a loop.
        listener.queue.put(.cancel(self))
    }

    func written(_ count: Int) { state.withLock { $0.stream }?.written(count) }

    func ended(bytes: Int, isWhole: Bool) {
        if isWhole {
            // Whatever is still written has nobody who takes it.
            state.withLock { $0.stream }?.end()
        } else {
            gone()
        }
        guard let logged, let onAccess = listener.options.onAccess else { return }
        onAccess(
            HTTPAccess(
                request: logged, status: state.withLock { $0.status }, bytesIn: bytesIn, bytesOut: bytes,
                duration: .now - logged.arrival, isWhole: isWhole))
    }

    // In the task of the server.

    func cancel() {
        state.withLock { $0.task?.task.cancel() }
    }
}
