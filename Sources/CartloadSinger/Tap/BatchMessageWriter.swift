// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore
internal import CartloadFlow
internal import CartloadFormats

/// Sends the records of one stream as files and BATCH messages.
///
/// A message leaves when its file is whole and durable, and a STATE when every record that it covers has been in a message
/// (I1). The engine's commits come where the source can resume, which may be in the middle of a file: they wait.
///
/// Unchecked because `prepare` reads only constants and the announcer, which locks; all else is called by one writer task.
final class BatchMessageWriter: FileProducing, @unchecked Sendable {
    private struct Encoded: Sendable {
        var block: EncodedBlock
        var compressed: Bytes?
        var batch: RecordBatch
        var excess: Schema?
    }

    private let session: TapSession
    private let plan: TapStreamPlan
    private let configuration: BatchConfiguration
    private let announcer: SchemaAnnouncer
    private let encoder: any RecordEncoder
    private let files: BatchFileWriter
    /// The columns of the file that is being written, for formats that name them once.
    private var fields: [String]?
    /// Commits whose records are not all in messages yet, with how many records those are.
    private var waiting: [(records: Int, commit: Commit)] = []
    private var recordsWritten = 0

    var filesWritten: Int { files.filesWritten }

    init(_ session: TapSession, _ plan: TapStreamPlan, _ configuration: BatchConfiguration) throws {
        self.session = session
        self.plan = plan
        self.configuration = configuration
        announcer = try SchemaAnnouncer(session, plan.schema)
        encoder = configuration.recordFormat.encoder(asciiOnly: session.options.isASCIIOnly)
        files = try BatchFileWriter(
            configuration, stream: plan.name, tap: session.options.name, runID: session.runID)
    }

    func prepare(_ batch: RecordBatch, _ diagnostics: inout Diagnostics) throws -> PreparedBatch {
        let batch = try batch.opened(&diagnostics)
        let excess = try announcer.excess(of: batch)
        let fields = isCSV && excess == nil ? announcer.fieldNames : nil
        let block = try encoder.encode(batch, fields: fields, &diagnostics)
        return PreparedBatch(
            Encoded(block: block, compressed: files.compressed(block), batch: batch, excess: excess),
            recordCount: block.recordEnds.count, byteCount: block.bytes.count)
    }

    func write(_ batch: PreparedBatch) async throws {
        guard var encoded = batch.payload as? Encoded else { preconditionFailure("not prepared by this writer") }
        // What is in the file was announced by the narrower schema.
        if announcer.isWidened(by: encoded.excess) { try send(await files.finish()) }
        try announcer.announce(encoded.excess)
        if isCSV { try await fit(&encoded) }
        var written = 0
        while written < encoded.block.recordEnds.count {
            written = try await files.append(encoded.block, compressed: encoded.compressed, from: written)
            if files.isFull { try send(await files.finish()) }
        }
        recordsWritten += written
    }

    private var isCSV: Bool { configuration.format == "csv" }

    /// Begins a file with other columns when the schema has been widened, and encodes again what was encoded before.
    private func fit(_ encoded: inout Encoded) async throws {
        let names = announcer.fieldNames
        if fields != names {
            try send(await files.finish())
            fields = names
            files.header = encoder.header(names)
        }
        if encoded.block.fields != names {
            var diagnostics = Diagnostics()  // reported when it was encoded first
            encoded.block = try encoder.encode(encoded.batch, fields: names, &diagnostics)
            encoded.compressed = nil
        }
    }

    func commit(_ commit: Commit) async throws -> JSONValue {
        // The last one stands for those before it, and comes after all that its run has to say.
        if commit.isLast { waiting = [] } else { waiting.append((recordsWritten, commit)) }
        // A file that ends where a STATE holds is covered by it whole: a crash then repeats no record of it. Only the ends
        // of small batches of the source are not worth a file each.
        let isWorthAFile = commit.batch == nil || 2 * files.records >= configuration.records
        if isWorthAFile || session.stop.isRequested { try send(await files.finish()) }
        if commit.isLast {
            try announcer.announce(nil)
            if let version = plan.version {
                try session.send(
                    ["type": "ACTIVATE_VERSION", "stream": .string(plan.name), "version": .int(version)])
            }
            waiting = [(recordsWritten, commit)]
        }
        try advance()
        return .null
    }

    func close() async throws { await files.discard() }

    /// Sends the message of a finished file.
    private func send(_ file: BatchFileWriter.Finished?) throws {
        guard let file else { return }
        var message = BatchMessage(
            plan.name, dialect: configuration.dialect, format: configuration.format,
            formatOptions: configuration.formatOptions, compression: configuration.compression, files: [file.uri])
        message.recordsPerFile = file.records
        message.timeExtracted = Moment.text(microseconds: session.clock.wall().microseconds)
        message.version = plan.version.map { .int($0) }
        try session.send(message.json)
        try advance()
    }

    /// Sends the newest STATE whose records have all been in messages.
    private func advance() throws {
        let sent = files.recordsFinished
        guard let last = waiting.lastIndex(where: { $0.records <= sent }) else { return }
        let commit = waiting[last].commit
        waiting.removeFirst(last + 1)
        try session.advance(plan.name) { plan.mark(&$0, commit) }
    }
}
