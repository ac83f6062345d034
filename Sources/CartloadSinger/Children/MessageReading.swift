// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore
internal import CartloadFormats

/// Turns a tap's messages into blocks of one stream's records, with its STATEs as checkpoints.
struct MessageReading {
    let stream: String
    let batchFiles: BatchFileOptions
    let schema: Schema?
    let output: BatchOutput
    /// The last STATE.
    private(set) var reached: JSONValue
    private var stored = 0

    init(stream: String, batchFiles: BatchFileOptions, schema: Schema?, output: BatchOutput, reached: JSONValue) {
        self.stream = stream
        self.batchFiles = batchFiles
        self.schema = schema
        self.output = output
        self.reached = reached
    }

    /// Takes a block of messages; those of other streams are left out.
    mutating func take(_ block: SplitBlock, from name: String) async throws {
        var diagnostics = Diagnostics()
        let origin = block.start.location(in: name)
        let lines = try MessageLines.scan(block.bytes, origin: origin, isFirst: block.isFirst, &diagnostics)
        if let fault = diagnostics.rejects.first {
            throw CartloadError(.singerMessage, "the line is no Singer message: \(fault.message)", at: fault.location)
        }
        let hasTokens = diagnostics.warnings[.notFinite] != nil
        stored = block.bytes.count
        let own = Bytes(JSONValue.string(stream).description)
        var places: [RowPlace] = []
        var state: RowPlace?
        for number in 0..<lines.count {
            let message = lines.messages[number]
            switch message.kind {
            case .record:
                guard lines.has(own, at: message.stream) || lines.string(message.stream) == stream else { continue }
                guard lines.isObject(message.record) else {
                    throw MessageFault.missing("record", of: "RECORD").located(lines.location(of: message, in: origin))
                }
                // Records after a STATE are not covered by it.
                if let place = state {
                    try await write(lines, places, hasTokens, origin, place)
                    places.removeAll(keepingCapacity: true)
                    state = nil
                }
                places.append(message.record)
            case .state: state = message.value
            case .batch where lines.string(message.stream) == stream:
                try await write(lines, places, hasTokens, origin, state)
                places.removeAll(keepingCapacity: true)
                state = nil
                do { try await readFiles(lines[message.line]) } catch let error as CartloadError {
                    throw error.located(lines.location(of: message, in: origin))
                }
            default: break
            }
        }
        try await write(lines, places, hasTokens, origin, state)
    }

    private mutating func write(
        _ lines: MessageLines, _ places: [RowPlace], _ hasTokens: Bool, _ origin: Location, _ state: RowPlace?
    ) async throws {
        if let state { reached = try JSONValue(parsing: lines[state]) }
        guard !places.isEmpty || state != nil else { return }
        var origin = origin
        origin.record = nil
        if hasTokens { origin.byte = nil }  // the records have been copied
        var diagnostics = Diagnostics()
        let rows = try lines.rows(places, hasTokens: hasTokens, &diagnostics)
        try await output.write(
            RecordBatch(.rows(rows), origin: origin), bytesRead: stored,
            checkpoint: state == nil ? nil : Checkpoint(reached), diagnostics: diagnostics)
        stored = 0
    }

    private func readFiles(_ line: Bytes) async throws {
        let message = try BatchMessage(JSONValue(parsing: line).objectValue ?? JSONObject(), rows: batchFiles.rows)
        let files = try BatchFilesStream(message, schema: schema, batchFiles)
        for file in files.batches {
            try await files.read(
                file,
                into: BatchOutput(blockSize: output.blockSize) { element in
                    guard case .records(let batch, let bytesRead, _, let diagnostics) = element else { return }
                    try await output.write(batch, bytesRead: bytesRead, diagnostics: diagnostics)
                })
        }
    }
}
