// SPDX-License-Identifier: Apache-2.0

public import CartloadCore
public import CartloadFlow
internal import CartloadFormats

/// A filter between a tap and a target that sends the records of BATCH messages as RECORD messages.
///
/// Records of JSON Lines are never parsed: each line is put between the two halves of a message. Everything else passes as
/// it is, in order.
public struct UnpackRun: Sendable {
    /// How files are read and what is checked.
    public struct Options: Sendable {
        public var files = BatchFileOptions()
        /// Whether records are checked against their schema; otherwise only that a line begins and ends as an object does.
        public var validates = false
        /// What is done to records, those of RECORD messages too.
        public var processors: [any Processor] = []
        public var maximumMessageBytes = 256 << 20
        public var blockSize = 256 << 10

        public init() {}
    }

    public let options: Options
    let input: @Sendable () throws -> any ByteReader
    let output: LineOutput
    let stop: StopRequest
    public let meter: RunMeter
    let workers: Int
    let warn: @Sendable (CartloadError) -> Void

    /// - Parameters:
    ///   - input: Opens the messages; called once, on the thread that reads them.
    ///   - warn: Told about things that do not stop the run.
    public init(
        _ options: Options, input: @escaping @Sendable () throws -> any ByteReader,
        output: LineOutput = .standardOutput, stop: StopRequest = StopRequest(), meter: RunMeter? = nil,
        workers: Int? = nil, warn: @escaping @Sendable (CartloadError) -> Void = { _ in }
    ) {
        self.options = options
        self.input = input
        self.output = output
        self.stop = stop
        self.meter = meter ?? RunMeter(flow: "unpack")
        self.workers = workers ?? EngineOptions().workers
        self.warn = warn
    }

    /// Text on its way, in order.
    private enum Piece: Sendable {
        case text(Bytes)
        case records(RecordBatch, RecordWrapping)
        case consumed([BatchFileAccess.Place])
    }

    /// Runs to the end of the input.
    public func run() async throws {
        guard !options.validates, options.processors.isEmpty else { return try await runLooking() }
        let stage = OrderedStage<Piece, Piece>(limit: workers + 2)
        try await stage.run(
            workers: workers, stop: stop, reading: { try await read(into: stage) },
            working: { piece in
                guard case .records(let batch, let wrapping) = piece else { return piece }
                return .text(try wrapping.wrap(batch))
            },
            writing: {
                while let piece = try await stage.next() {
                    switch piece {
                    case .text(let text): try text.withUnsafeBytes { try output.put($0) }
                    case .records: preconditionFailure("workers turn records into text")
                    case .consumed(let places): await options.files.remove(places, warn: warn)
                    }
                    stage.release()
                }
            })
    }

    /// The same for records that somebody looks into.
    private func runLooking() async throws {
        var target = TargetOptions()
        target.validates = options.validates
        target.processors = options.processors
        target.batchFiles = options.files
        target.maximumMessageBytes = options.maximumMessageBytes
        target.isConverting = true
        try await MessagePipeline(
            options: target, input: input, stop: stop, clock: .system, workers: workers, warn: warn
        ).run { work in try await UnpackWriting(self).write(work.next, release: work.release) }
    }

    private func read(into stage: OrderedStage<Piece, Piece>) async throws {
        let input = try input()
        let splitter = try JSONLinesFormat().splitter(
            over: input, SplitOptions(blockSize: options.blockSize, maximumRecordBytes: options.maximumMessageBytes))
        var schemas: [String: Schema] = [:]
        while !stop.isRequested, let block = try splitter.next() {
            var diagnostics = Diagnostics()
            let origin = block.start.location(in: input.name)
            let lines = try MessageLines.scan(block.bytes, origin: origin, isFirst: block.isFirst, &diagnostics)
            if let fault = diagnostics.rejects.first {
                throw CartloadError(
                    .singerMessage, "the line is no Singer message: \(fault.message)", at: fault.location)
            }
            var passed = 0
            for number in 0..<lines.count {
                let message = lines.messages[number]
                switch message.kind {
                case .batch:
                    try await pass(lines, passed..<Int(message.line.start), into: stage)
                    passed = Int(message.line.end)
                    do {
                        try await unpack(lines[message.line], schemas, into: stage)
                    } catch let error as CartloadError where error.location.source == nil {
                        throw error.located(lines.location(of: message, in: origin))
                    }
                case .schema:
                    let value = try JSONValue(parsing: lines[message.line])
                    if let name = value["stream"]?.stringValue, let schema = value["schema"] {
                        schemas[name] = try? Schema(jsonSchema: schema)
                    }
                default: break
                }
            }
            try await pass(lines, passed..<lines.bytes.count, into: stage)
        }
    }

    /// Passes messages on as they are.
    private func pass(_ lines: MessageLines, _ range: Range<Int>, into stage: OrderedStage<Piece, Piece>) async throws {
        var range = range
        while !range.isEmpty, lines.bytes[range.lowerBound] <= 0x20 { range.removeFirst() }
        guard !range.isEmpty else { return }
        var text = lines.bytes[range]
        if text[text.count - 1] != UInt8(ascii: "\n") {
            var ended = BytesBuilder(capacity: text.count + 1)
            ended.append(text)
            ended.append(UInt8(ascii: "\n"))
            text = ended.finish()
        }
        try await stage.submit(.text(text))
    }

    private func unpack(
        _ line: Bytes, _ schemas: [String: Schema], into stage: OrderedStage<Piece, Piece>
    ) async throws {
        let message = try BatchMessage(
            JSONValue(parsing: line).objectValue ?? JSONObject(), rows: options.files.rows)
        let files = try BatchFilesStream(message, schema: schemas[message.stream], options.files)
        let wrapping = RecordWrapping(message)
        let reading = StreamReading(stream: files, blockSize: options.blockSize, stop: stop)
        let isComplete = try await reading.run(BatchSequence(files.batches)) { element in
            guard case .records(let batch, let bytesRead, _, _) = element else { return }
            let count = batch.count ?? 0
            try await stage.submit(.records(batch, wrapping))
            meter.update { statistics in
                statistics[stream: message.stream].recordsRead += count
                statistics[stream: message.stream].bytesRead += bytesRead
            }
        }
        // I1: after a stop the files have not been read, and no STATE behind them may leave.
        guard isComplete else { throw CancellationError() }
        try Task.checkCancellation()
        if options.files.cleansUp { try await stage.submit(.consumed(files.places)) }
    }
}
