// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore
internal import Synchronization

/// Where chunks wait for their results and results for their turn; bounded, so that pushing waits for writing (I7).
final class RunWindow: Sendable {
    /// The bounds of what is under way.
    struct Limits: Sendable, Hashable {
        /// Bytes of chunks and results together.
        var bytes = 6 << 20
        /// How many chunks, counted from the first that is not written.
        var chunks = 1024
    }

    typealias Finished = (index: Int, chunk: RunChunk, answer: Bytes?)

    private struct State {
        var window: OrderingWindow<RunChunk, Bytes?>
        /// How many chunks there are, once the input has ended.
        var total: Int?
        var isStopped = false
        var failure: (any Error)?
        var reader: CheckedContinuation<Void, Never>?
        var writer: CheckedContinuation<Void, Never>?
        var repeated: [Int] = []
        var mean = MeanSize()

        func hasRoom(for chunk: RunChunk, _ limits: Limits) -> Bool {
            if window.count == 0 { return true }
            // Results take their room when they come: each chunk is let in with room for one of the usual size.
            let expected = mean.bytes * window.unansweredBound
            return window.span < limits.chunks && window.byteCount + expected + chunk.body.count <= limits.bytes
        }
    }

    private let limits: Limits
    private let state: Mutex<State>

    init(_ window: sending OrderingWindow<RunChunk, Bytes?>, limits: Limits = Limits()) {
        self.limits = limits
        state = Mutex(State(window: window))
    }

    /// Lets the next chunk in, waiting for room.
    ///
    /// - Returns: Whether it has to be pushed; nil when the run stops.
    func admit(_ chunk: RunChunk) async -> Bool? {
        while true {
            let decided: Bool?? = state.withLock { state in
                if state.isStopped { return .some(nil) }
                guard state.hasRoom(for: chunk, limits) else { return nil }
                let isNew = state.window.admit(chunk.index, chunk, byteCount: chunk.body.count + 256)
                // Nothing to run: it is its own answer.
                guard chunk.recordCount == 0, isNew else { return isNew }
                _ = state.window.arrive(chunk.index, nil, byteCount: 0)
                return false
            }
            if let decided {
                wakeWriter()
                return decided
            }
            await withCheckedContinuation { continuation in
                let goesOn = state.withLock { state in
                    if state.isStopped || state.hasRoom(for: chunk, limits) { return true }
                    state.reader = continuation
                    return false
                }
                if goesOn { continuation.resume() }
            }
        }
    }

    /// Takes a result.
    func arrive(_ index: Int, _ answer: Bytes) -> OrderingWindow<RunChunk, Bytes?>.Arrival {
        let (arrival, writer) = state.withLock { state in
            state.mean.add(answer.count)
            let arrival = state.window.arrive(index, answer, byteCount: answer.count)
            if arrival == .repeated { state.repeated.append(index) }
            return (arrival, arrival == .taken ? state.writer.take() : nil)
        }
        writer?.resume()
        return arrival
    }

    /// The next chunk to write, waiting for it; nil when there is none any more, or the run stops.
    ///
    /// - Parameter idle: Called before waiting.
    func next(idle: () async throws -> Void) async throws -> Finished? {
        while true {
            let (found, isOver, reader) = state.withLock { state in
                let found = state.window.leave()
                let isOver = state.total.map { state.window.next >= $0 } ?? false
                return (found, isOver || (found == nil && state.isStopped), found == nil ? nil : state.reader.take())
            }
            reader?.resume()
            if let found { return found }
            if isOver { return nil }
            try await idle()
            await withCheckedContinuation { continuation in
                let goesOn = state.withLock { state in
                    if state.isStopped || state.window.canLeave || state.total == state.window.next { return true }
                    state.writer = continuation
                    return false
                }
                if goesOn { continuation.resume() }
            }
        }
    }

    /// Says how many chunks there are.
    ///
    /// - Throws: `CartloadError` with code `batches.unknown-result` when there are results of others.
    func endInput(at total: Int) throws {
        let stray = state.withLock { state in
            state.total = total
            return state.window.strays.first
        }
        wakeWriter()
        if let stray { throw RunWindow.unknown(RunChunk.id(stray)) }
    }

    /// Ends all waiting; what has its result and its turn is still handed out.
    func stop(_ failure: (any Error)? = nil) {
        let (reader, writer) = state.withLock { state in
            state.isStopped = true
            if state.failure == nil { state.failure = failure }
            return (state.reader.take(), state.writer.take())
        }
        reader?.resume()
        writer?.resume()
    }

    /// Lets the writer look around.
    func wakeWriter() { state.withLock { $0.writer.take() }?.resume() }

    /// Bytes of chunks and results that may be under way.
    var maximumBytes: Int { limits.bytes }

    var failure: (any Error)? { state.withLock { $0.failure } }
    var isStopped: Bool { state.withLock { $0.isStopped } }

    /// Whether every chunk of the input has left.
    var isComplete: Bool { state.withLock { state in state.total.map { state.window.next >= $0 } ?? false } }

    /// The chunks that were pushed and have no result.
    var unanswered: [RunChunk] { state.withLock { state in state.window.unanswered.map(\.chunk) } }

    /// Whether more results were kept for chunks to come than an earlier run can have pushed.
    var hasTooManyEarly: Bool { state.withLock { $0.window.earlyCount > limits.chunks } }

    /// Whether so many results wait for chunks that are not read yet that pulling should take its time.
    var isAhead: Bool { state.withLock { $0.window.earlyBytes > limits.bytes / 2 } }

    var hasUnanswered: Bool { state.withLock { $0.window.unansweredBound > 0 } }

    /// How many chunks one answer may bring, so that it stays small.
    var pullCount: Int { state.withLock { min(100, max(1, (768 << 10) / max(1, $0.mean.bytes))) } }

    /// Chunks whose results came once more, since the last call.
    func takeRepeated() -> [Int] {
        state.withLock { state in
            defer { state.repeated = [] }
            return state.repeated
        }
    }

    static func unknown(_ id: String) -> CartloadError {
        CartloadError(
            .unknownResult, "a result came for chunk \"\(id)\", which this run has not pushed",
            advice:
                "Somebody else pushes to the same pipeline. What was written stays; --fresh starts over with a pipeline "
                + "of its own.")
    }
}

/// About how large a result is.
private struct MeanSize {
    private(set) var bytes = 1 << 14

    mutating func add(_ count: Int) { bytes = (bytes * 7 + count) / 8 + 1 }
}

extension OrderingWindow {
    /// How many chunks have no answer, at most.
    var unansweredBound: Int { count - answeredCount }
}
