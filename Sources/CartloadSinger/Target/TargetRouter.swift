// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore
internal import CartloadFlow

/// Sorts the messages of a block: records by stream, everything else in order between them.
///
/// Order within a stream is kept (I6), also between RECORD and BATCH; records of other streams may change places with them.
/// A STATE comes after every record that preceded it; those of a block are joined to its last one.
struct TargetRouter {
    private let options: TargetOptions
    private let clock: RunClock
    private let started: Int64
    private let send: (TargetPiece) async throws -> Void
    private let readFiles: (BatchFilesStream, TargetStream, RecordStamps) async throws -> [Int]
    private let warn: @Sendable (CartloadError) -> Void

    private var slots = TargetSlots()
    /// Slots with records of the current block, in the order in which the streams came.
    private var filled: [TargetSlot] = []
    private var state: Bytes?
    private var sequence: Int64 = 0
    private var received: Int64 = 0
    private var warnedTypes: Set<String> = []
    private var block: (lines: MessageLines, origin: Location, hasTokens: Bool)?
    private var unreported = 0

    /// - Parameters:
    ///   - send: Takes the pieces, in order.
    ///   - readFiles: Reads the files of a BATCH message and sends their records; says how many each has.
    init(
        _ options: TargetOptions, clock: RunClock, send: @escaping (TargetPiece) async throws -> Void,
        readFiles: @escaping (BatchFilesStream, TargetStream, RecordStamps) async throws -> [Int],
        warn: @escaping @Sendable (CartloadError) -> Void
    ) {
        self.options = options
        self.clock = clock
        self.send = send
        self.readFiles = readFiles
        self.warn = warn
        started = clock.wall().microseconds
    }

    /// Passes on what a block of messages says.
    ///
    /// - Parameters:
    ///   - end: Messages from this offset on are left out, because something is wrong there.
    mutating func route(
        _ lines: MessageLines, origin: Location, hasTokens: Bool, until end: Int? = nil
    ) async throws {
        received = clock.wall().microseconds
        block = (lines, origin, hasTokens)
        unreported = lines.bytes.count
        for number in 0..<lines.count {
            let message = lines.messages[number]
            if let end, Int(message.line.start) >= end { break }
            if message.kind == .record, addLike(message, lines) { continue }
            do {
                if message.kind == .record {
                    try await add(message, lines)
                } else {
                    try await handle(message, lines)
                }
            } catch let error as CartloadError {
                try? await flush()  // what comes before is good; the first error is the one to report
                throw error.location.source == nil || error.location.line == nil && error.location.byte == nil
                    ? error.located(lines.location(of: message, in: origin)) : error
            }
        }
        try await flush()
        block = nil
    }

    private mutating func handle(_ message: MessageLines.Message, _ lines: MessageLines) async throws {
        switch message.kind {
        case .record: break
        case .schema: try await handleSchema(message, lines)
        case .state:
            let value = lines[message.value]
            guard !value.isEmpty else { throw MessageFault.missing("value", of: "STATE") }
            // Left out here, it does not take the place of the state before it.
            if !options.isConverting, !options.passesEmptyState, TargetRouter.isEmptyState(value) { return }
            state = Bytes(copying: lines.bytes, Int(message.value.start)..<Int(message.value.end))
        case .activateVersion:
            let slot = try slot(message, lines, "ACTIVATE_VERSION")
            guard let version = lines.integer(message.version) else {
                throw MessageFault.missing("version", of: "ACTIVATE_VERSION")
            }
            try await flush(slot)
            if options.isConverting {
                return try await send(.activate(try stream(of: slot, "ACTIVATE_VERSION"), version: version))
            }
            guard options.activatesVersions else { return }
            slot.activated = version
            try await openVersioned(slot)
            try await send(.activate(try stream(of: slot, "ACTIVATE_VERSION"), version: version))
        case .batch: try await handleBatch(message, lines)
        case .other:
            guard let type = lines.string(message.type) else {
                throw CartloadError(
                    .singerMessage, "the line is no Singer message: it has no usable \"type\"",
                    advice: "Something other than a tap's messages is in the input.")
            }
            let error = CartloadError(
                .singerMessage, "the message type \"\(type.prefix(64))\" is not known",
                advice: "Set unknown_messages to skip if such messages can be left out.")
            guard options.unknownMessages == .skip else { throw error }
            if warnedTypes.count < 64, warnedTypes.insert(type).inserted { warn(error) }
        }
    }

    /// Whether a state is `{}` or null, which makes a runner forget everything.
    private static func isEmptyState(_ value: Bytes) -> Bool {
        guard value.count <= 256 else { return false }
        let text = value.text.filter { !$0.isWhitespace }
        return text == "{}" || text == "null"
    }

    // MARK: Records

    /// Adds a record that differs from the one before it in nothing but itself, which nearly all do; false for others.
    private mutating func addLike(_ message: MessageLines.Message, _ lines: MessageLines) -> Bool {
        guard let (text, slot) = slots.last, slot.stream != nil, lines.isObject(message.record),
            lines.has(text, at: message.stream), lines.has(slot.versionText, at: message.version)
        else { return false }
        if slot.places.isEmpty { filled.append(slot) }
        slot.places.append(message.record)
        note(message.timeExtracted, of: slot, lines)
        return true
    }

    /// Keeps the time of a record where somebody asks for it: of each, or of the last for messages that come out again.
    private func note(_ place: RowPlace, of slot: TargetSlot, _ lines: MessageLines) {
        if options.addsMetadata { slot.times.append(lines[place]) }
        if options.isConverting, place.end > place.start { slot.lastTime = place }
    }

    private mutating func add(_ message: MessageLines.Message, _ lines: MessageLines) async throws {
        let slot = try slot(message, lines, "RECORD")
        guard lines.isObject(message.record) else {
            throw MessageFault.missing("record", of: "RECORD")
        }
        if slot.stream == nil { try await infer(slot, lines[message.record], "RECORD") }
        if !lines.has(slot.versionText, at: message.version) {
            slot.versionText = Bytes(copying: lines.bytes, Int(message.version.start)..<Int(message.version.end))
            let version = lines.integer(message.version)
            if version != slot.version {
                try await flush(slot)
                slot.version = version
            }
            if version != nil { try await openVersioned(slot) }
        }
        if slot.places.isEmpty { filled.append(slot) }
        slot.places.append(message.record)
        note(message.timeExtracted, of: slot, lines)
    }

    /// Sends all that is waiting: records first, then the STATE that they precede.
    private mutating func flush() async throws {
        let slots = filled
        filled.removeAll(keepingCapacity: true)
        for slot in slots where !slot.places.isEmpty { try await flush(slot) }
        if let value = state {
            state = nil
            try await send(.state(value))
        }
    }

    private mutating func flush(_ slot: TargetSlot) async throws {
        guard !slot.places.isEmpty, let stream = slot.stream, let block else { return }
        var stamps = stamps(records: slot.places.count)
        stamps.timesExtracted = slot.times
        stamps.timeExtracted = slot.lastTime.map { block.lines[$0] }
        slot.lastTime = nil
        stamps.version = slot.version
        var origin = block.origin
        origin.record = nil
        if block.hasTokens { origin.byte = nil }  // the records have been copied
        var diagnostics = Diagnostics()
        let rows = try block.lines.rows(slot.places, hasTokens: block.hasTokens, &diagnostics)
        slot.places.removeAll(keepingCapacity: true)
        slot.times.removeAll(keepingCapacity: true)
        try await send(
            .records(
                stream,
                TargetRecords(
                    batch: RecordBatch(.rows(rows), origin: origin), stamps: stamps, bytesRead: unreported,
                    diagnostics: diagnostics)))
        unreported = 0
    }

    private mutating func stamps(records: Int) -> RecordStamps {
        sequence = max(sequence, received)
        defer { sequence += Int64(records) }
        return RecordStamps(received: received, started: started, firstSequence: sequence)
    }

    // MARK: Streams

    private mutating func slot(
        _ message: MessageLines.Message, _ lines: MessageLines, _ type: String
    ) throws -> TargetSlot {
        if let slot = slots.find(lines[message.stream]) { return slot }
        guard let name = lines.string(message.stream) else { throw MessageFault.missing("stream", of: type) }
        return try slots.add(name, text: lines[message.stream])
    }

    private func stream(of slot: TargetSlot, _ type: String) throws -> TargetStream {
        guard let stream = slot.stream else {
            throw CartloadError(
                .singerMessage, "\(type) of the stream \"\(slot.name)\" comes before its SCHEMA",
                advice: "Set infer_schemas if the tap sends none.")
        }
        return stream
    }

    private mutating func handleSchema(_ message: MessageLines.Message, _ lines: MessageLines) async throws {
        let slot = try slot(message, lines, "SCHEMA")
        let text = lines[message.line]
        if slot.schemaText == text { return }
        let schema = try SchemaMessage(JSONValue(parsing: text).objectValue ?? JSONObject())
        slot.schemaText = text.withUnsafeBytes { Bytes(copying: $0) }
        if slot.stream != nil, slot.message == schema { return }
        try await flush(slot)
        slot.message = schema
        try await open(slot)
    }

    /// A stream that has no SCHEMA gets one that allows everything.
    private mutating func infer(_ slot: TargetSlot, _ record: Bytes, _ type: String) async throws {
        guard options.infersSchemas else {
            _ = try stream(of: slot, type)
            return
        }
        slot.message = SchemaMessage(slot.name, schema: JSONObject([("type", "object")]))
        try await open(slot)
    }

    /// Goes on with a column for versions, from the first message that names one.
    private mutating func openVersioned(_ slot: TargetSlot) async throws {
        guard options.activatesVersions, !options.isConverting, !slot.isVersioned else { return }
        slot.isVersioned = true
        try await flush(slot)
        try await open(slot)
    }

    /// Has the writer open the stream, or go on with its new schema.
    private mutating func open(_ slot: TargetSlot) async throws {
        guard let message = slot.message else { return }
        let plan = try TargetStreamPlan(message, text: slot.schemaText, isVersioned: slot.isVersioned, options)
        let answer = OneAnswer<any DestinationWriter>()
        try await send(.schema(plan, answer))
        slot.stream = TargetStream(plan, writer: try await answer.value())
    }

    // MARK: Batches

    private mutating func handleBatch(_ message: MessageLines.Message, _ lines: MessageLines) async throws {
        let slot = try slot(message, lines, "BATCH")
        let batch = try BatchMessage(
            JSONValue(parsing: lines[message.line]).objectValue ?? JSONObject(), rows: options.batchFiles.rows)
        if slot.stream == nil { try await infer(slot, Bytes(), "BATCH") }
        // singer-sdk's batches say no version; it activates one before them, and they are of that one.
        let version = batch.version.flatMap { $0.intValue.map { Int64($0) } } ?? slot.version ?? slot.activated
        if version != nil { try await openVersioned(slot) }
        let stream = try stream(of: slot, "BATCH")
        if options.passesBatches {
            try await flush(slot)
            let line = Int(message.line.start)..<Int(message.line.end)
            return try await send(.batch(stream, Bytes(copying: lines.bytes, line)))
        }
        // Everything before it, so that the order is kept and a STATE need not wait for its files.
        try await flush()
        let promise = BatchPromise(batch, at: lines.location(of: message, in: block?.origin ?? Location()))
        let files = try BatchFilesStream(batch, schema: stream.schema, options.batchFiles)
        let own = BatchFiles(
            paths: files.localPaths, format: batch.format, formatOptions: batch.formatOptions,
            compression: batch.compression, rows: batch.rows)
        if stream.passesThrough, own.paths.count == batch.files.count,
            let writer = stream.writer as? any BatchFileLoading,
            writer.canLoad(own)
        {
            try await send(.files(stream, own, promise))
            return try await send(
                .batchEnd(BatchEnd(stream: stream, consumed: options.batchFiles.cleansUp ? files.places : [])))
        }
        var stamps = stamps(records: 0)
        stamps.timeExtracted = batch.timeExtracted.map { Bytes(JSONValue.string($0).description) }
        stamps.version = version
        stamps.firstSequence = sequence
        let counts = try await readFiles(files, stream, stamps)
        try promise.check(counts, warn: warn)
        sequence += Int64(counts.reduce(0, +))
        try await send(
            .batchEnd(BatchEnd(stream: stream, consumed: options.batchFiles.cleansUp ? files.places : [])))
    }
}

extension MessageLines {
    /// The whole number at a place, if there is one.
    func integer(_ place: RowPlace) -> Int64? {
        guard place.end > place.start else { return nil }
        return Int64(self[place].text)
    }
}
