// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore
internal import CartloadFlow
internal import Synchronization

/// What the streams of one run of a tap share: where messages go, and the state.
final class TapSession: Sendable {
    let options: TapOptions
    let output: LineOutput
    let clock: RunClock
    let stop: StopRequest
    /// Tells the batch files of this run from those of others.
    let runID: String
    private let current: Mutex<TapState>
    private let sent = Mutex<TapState?>(nil)
    private let kept = Mutex<[String: JSONValue]>([:])

    init(
        _ options: TapOptions, output: LineOutput, state: TapState, clock: RunClock, stop: StopRequest, runID: String
    ) {
        self.options = options
        self.output = output
        self.clock = clock
        self.stop = stop
        self.runID = runID
        current = Mutex(state)
    }

    /// Receipts that outlive a stream.
    var receipts: [String: JSONValue] {
        get { kept.withLock { $0 } }
        set { kept.withLock { $0 = newValue } }
    }

    var state: TapState { current.withLock { $0 } }

    /// Sends a message.
    func send(_ message: JSONValue) throws {
        var text = Bytes(message.description)
        if options.isASCIIOnly { text = text.escapedToASCII() }
        try output.put(line: text)
    }

    /// Changes the bookmark of a stream and sends the state, unless it is as it was sent last.
    ///
    /// The caller has sent everything that the state covers (I1).
    func advance(_ stream: String, _ change: (inout TapState.Bookmark) -> Void) throws {
        let state = current.withLock { state in
            change(&state[stream])
            return state
        }
        let isNew = sent.withLock { last in
            defer { last = state }
            return last != state
        }
        if isNew { try send(["type": "STATE", "value": .object(state.value)]) }
    }
}
