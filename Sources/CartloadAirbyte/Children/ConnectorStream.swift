// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore
internal import CartloadFormats
internal import CartloadProcess

/// One stream of somebody else's source.
struct ConnectorStream: ContinuingStream {
    let description: StreamDescription
    private let source: AirbyteSource
    private let configured: ConfiguredStream
    /// Whether the states on the way of a reading can be gone on from.
    private let hasStates: Bool

    init(_ source: AirbyteSource, _ stream: AirbyteStream, name: String) throws {
        self.source = source
        let isIncremental = stream.syncModes.contains(.incremental) && !source.isFullRefresh
        var configured = ConfiguredStream(stream, isIncremental ? .incremental : .fullRefresh)
        configured.cursorField = stream.defaultCursorField
        configured.primaryKey = stream.primaryKey
        self.configured = configured
        hasStates = isIncremental || stream.isResumable == true
        var schema = stream.jsonSchema
        if schema["type"] == nil { schema["type"] = "object" }
        let isFlat = stream.primaryKey.allSatisfy { $0.count == 1 }
        description = StreamDescription(
            name, schema: schema["properties"] == nil ? nil : try Schema(jsonSchema: .object(schema)),
            keys: isFlat ? stream.primaryKey.compactMap(\.first) : [])
    }

    var continues: Bool { configured.syncMode == .incremental }

    func batches(since checkpoint: Checkpoint?) async throws -> [BatchDescription] {
        [BatchDescription(JSONObject([("state", checkpoint?.value ?? .null)]))]
    }

    func read(_ batch: BatchDescription, into output: BatchOutput) async throws {
        let folder = try ProgramFolder()
        var arguments = ["read", "--config", try folder.write("config.json", source.program.configuration)]
        arguments += ["--catalog", try folder.write("catalog.json", ConfiguredCatalog([configured]).json)]
        let state = batch["state"] ?? .null
        if !state.isNull { arguments += ["--state", try folder.write("state.json", .array([state]))] }
        let child = try source.program.start(arguments)
        child.input.close()
        var reading = ConnectorReading(
            configured.descriptor, name: child.name, hasStates: hasStates, output: output, reached: state)
        do {
            let splitter = try JSONLinesFormat().splitter(
                over: child.output,
                SplitOptions(blockSize: output.blockSize, maximumRecordBytes: source.maximumMessageBytes))
            while let block = try splitter.next() { try await reading.take(block) }
            try reading.verdict.check(try await child.wait(), of: child)
        } catch {
            await child.terminate(grace: source.program.grace)
            withExtendedLifetime(folder) {}
            throw error
        }
        // A refresh that has come to its end is followed by another from the beginning.
        try await output.close(batch, checkpoint: Checkpoint(continues ? reading.reached : .null))
    }
}
