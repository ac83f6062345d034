// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore
internal import CartloadFormats
internal import CartloadProcess

/// One stream of somebody else's tap.
struct SingerStream: CartloadCore.Stream {
    let description: StreamDescription
    private let source: SingerSource
    private let entry: CatalogEntry
    private let catalog: Catalog

    init(_ source: SingerSource, _ entry: CatalogEntry, _ catalog: Catalog) throws {
        self.source = source
        self.entry = entry
        self.catalog = catalog
        let schema = entry.selectedSchema
        description = StreamDescription(
            entry.stream, schema: schema["properties"] == nil ? nil : try Schema(jsonSchema: .object(schema)),
            keys: entry.keyProperties ?? [])
    }

    func batches(since checkpoint: Checkpoint?) async throws -> [BatchDescription] {
        [BatchDescription(JSONObject([("state", checkpoint?.value ?? .null)]))]
    }

    func read(_ batch: BatchDescription, into output: BatchOutput) async throws {
        let folder = try ProgramFolder()
        var arguments = ["--config", try folder.write("config.json", source.program.configuration)]
        arguments += ["--catalog", try folder.write("catalog.json", catalog.selecting(only: entry).json)]
        let state = batch["state"] ?? .null
        if !state.isNull { arguments += ["--state", try folder.write("state.json", state)] }
        let child = try source.program.start(arguments)
        child.input.close()
        var reading = MessageReading(
            stream: entry.stream, batchFiles: source.batchFiles, schema: description.schema, output: output,
            reached: state)
        do {
            let splitter = try JSONLinesFormat().splitter(
                over: child.output,
                SplitOptions(blockSize: output.blockSize, maximumRecordBytes: source.maximumMessageBytes))
            while let block = try splitter.next() { try await reading.take(block, from: child.name) }
            try await child.waitForSuccess()
        } catch {
            await child.terminate(grace: source.program.grace)
            withExtendedLifetime(folder) {}
            throw error
        }
        try await output.close(batch, checkpoint: Checkpoint(reading.reached))
    }
}

extension Catalog {
    /// The catalog with one stream selected and all others not.
    func selecting(only chosen: CatalogEntry) -> Catalog {
        Catalog(
            streams.map { entry in
                var entry = entry
                let isChosen = entry.tapStreamID == chosen.tapStreamID
                entry.set("selected", .bool(isChosen))
                return entry
            })
    }
}
