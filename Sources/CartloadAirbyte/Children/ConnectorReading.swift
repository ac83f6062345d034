// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore
internal import CartloadFormats

/// Turns a connector's messages into blocks of one stream's records, with its STATEs as checkpoints.
struct ConnectorReading {
    private let stream: StreamDescriptor
    private let name: String
    private let hasStates: Bool
    private let output: BatchOutput
    private(set) var verdict: ConnectorVerdict
    /// The last state, as `--state` takes it in a list.
    private(set) var reached: JSONValue
    private var stored = 0
    /// The stream's name as JSON text.
    private let text: Bytes

    init(_ stream: StreamDescriptor, name: String, hasStates: Bool, output: BatchOutput, reached: JSONValue) {
        self.stream = stream
        self.name = name
        self.hasStates = hasStates
        self.output = output
        self.reached = reached
        verdict = ConnectorVerdict(name: name, stream: stream)
        text = Bytes(JSONValue.string(stream.name).description)
    }

    /// Takes a block of lines; records of other streams are left out.
    mutating func take(_ block: SplitBlock) async throws {
        let origin = block.start.location(in: name)
        let (lines, hasTokens) = try ConnectorLines.scan(block, from: name)
        stored = block.bytes.count
        var places: [RowPlace] = []
        var state: JSONValue?
        for number in 0..<lines.count {
            let message = lines.messages[number]
            switch message.kind {
            case .record:
                guard isOurs(message, lines) else { continue }
                guard lines.isObject(message.record) else {
                    throw AirbyteFault.message("a RECORD has no usable \"data\"")
                        .located(lines.location(of: message, in: origin))
                }
                // Records after a state are not covered by it.
                if state != nil {
                    try await write(lines, places, hasTokens, origin, state)
                    places.removeAll(keepingCapacity: true)
                    state = nil
                }
                places.append(message.record)
            case .state:
                let json = try JSONValue(parsing: lines[message.line])["state"] ?? .null
                if hasStates, covers(json) { state = json }
            default: verdict.hear(try JSONValue(parsing: lines[message.line]))
            }
        }
        try await write(lines, places, hasTokens, origin, state)
    }

    private func isOurs(_ message: MessageLines.Message, _ lines: MessageLines) -> Bool {
        guard lines.has(text, at: message.stream) || lines.string(message.stream) == stream.name else { return false }
        guard let namespace = stream.namespace else { return true }
        return lines.string(message.namespace) == namespace
    }

    /// Whether a state speaks of our stream: its own, or one of all streams together.
    private func covers(_ state: JSONValue) -> Bool {
        guard let own = state["stream"], !own.isNull else { return state.objectValue != nil }
        return StreamDescriptor(own["stream_descriptor"]) == stream
    }

    private mutating func write(
        _ lines: MessageLines, _ places: [RowPlace], _ hasTokens: Bool, _ origin: Location, _ state: JSONValue?
    ) async throws {
        if let state { reached = state }
        guard !places.isEmpty || state != nil else { return }
        var origin = origin
        origin.record = nil
        if hasTokens { origin.byte = nil }  // the records are copied
        var diagnostics = Diagnostics()
        let rows = try lines.rows(places, hasTokens: hasTokens, &diagnostics)
        try await output.write(
            RecordBatch(.rows(rows), origin: origin), bytesRead: stored,
            checkpoint: state == nil ? nil : Checkpoint(reached), diagnostics: diagnostics)
        stored = 0
    }
}
