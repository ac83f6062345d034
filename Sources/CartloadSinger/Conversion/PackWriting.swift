// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore
internal import CartloadFlow
internal import CartloadFormats

/// The writing half of a packer: fills files, sends their messages, and lets each STATE go once all before it has gone.
struct PackWriting {
    /// A STATE that waits, with how many records of each stream must be in messages before it.
    private struct Waiting {
        var value: Bytes
        var records: [String: Int]
        var since: Duration
    }

    /// How many STATEs are remembered; of more, every other one is forgotten, which only makes later ones stand for them (I7).
    private static let maximumWaiting = 256

    private let run: PackRun
    private var streams: [String: PackedStream] = [:]
    private var order: [String] = []
    private var waiting: [Waiting] = []

    init(_ run: PackRun) { self.run = run }

    mutating func write(
        _ next: @Sendable () async throws -> TargetWork?, release: @Sendable () -> Void
    ) async throws {
        do {
            while true {
                let work: TargetWork
                do {
                    guard let received = try await next() else { break }
                    work = received
                    if case .records(_, _, let diagnostics, _, _) = work, let first = diagnostics.rejects.first {
                        throw first.error
                    }
                } catch let error as CartloadError where error.code != .singerOutput {
                    try await finishAll()  // what came before is good
                    throw error
                }
                try await take(work)
                if case .tick = work {} else { release() }
                if let oldest = waiting.first, run.clock.now() - oldest.since >= run.options.age {
                    try await finishAll()
                }
            }
            try await finishAll()
        } catch {
            for name in order { await streams[name]?.files.discard() }
            throw error
        }
    }

    private mutating func take(_ work: TargetWork) async throws {
        switch work {
        case .tick, .piece(.records), .piece(.files), .piece(.batchEnd): break
        case .records(let stream, let prepared, _, let bytesRead, let stamps):
            if let prepared { try await append(stream.name, prepared, bytesRead, stamps) }
        case .piece(.state(let value)):
            remember(value)
            try sendStates()
        case .piece(.schema(let plan, let answer)): try await open(plan, answer)
        case .piece(.activate(let stream, let version)):
            try await finish(stream.name)
            try send([
                "type": "ACTIVATE_VERSION", "stream": .string(stream.name), "version": .int(version),
            ])
        case .piece(.batch(let stream, let text)):
            try await finish(stream.name)
            try run.output.put(line: text)
        }
    }

    private mutating func append(
        _ name: String, _ prepared: PreparedBatch, _ bytesRead: Int, _ stamps: RecordStamps
    ) async throws {
        guard let stream = streams[name], let encoded = prepared.payload as? PackedStream.Encoded else {
            preconditionFailure("not prepared by this packer")
        }
        if stream.version != stamps.version {
            try await finish(name)  // a message has one version for all of its records
            stream.version = stamps.version
        }
        if let time = stamps.timeExtracted { stream.timeExtracted = (try? JSONValue(parsing: time))?.stringValue }
        var written = 0
        while written < encoded.block.recordEnds.count {
            written = try await stream.files.append(encoded.block, compressed: encoded.compressed, from: written)
            if stream.files.isFull { try await finish(name) }
        }
        stream.records += written
        run.meter.update { statistics in
            statistics[stream: name].recordsRead += written
            statistics[stream: name].bytesRead += bytesRead
            statistics[destination: "messages"].recordsWritten += written
            statistics[destination: "messages"].bytesWritten += prepared.byteCount
        }
        try sendStates()
    }

    private mutating func open(_ plan: TargetStreamPlan, _ answer: OneAnswer<any DestinationWriter>) async throws {
        do {
            let name = plan.message.stream
            let stream =
                try streams[name].flatMap { run.options.batches.format == "csv" ? nil : $0 }
                ?? PackedStream(plan, run)
            try await finish(name)  // its records are of the schema before
            if let earlier = streams[name], earlier !== stream {
                stream.version = earlier.version
                stream.files.goOn(after: earlier.files)
                stream.records = earlier.records
            }
            if streams.updateValue(stream, forKey: name) == nil { order.append(name) }
            if plan.text.isEmpty || !plan.processors.isEmpty {
                try send(plan.sentSchema().json)
            } else {
                try run.output.put(line: plan.text)
            }
            await answer.give(.success(stream))
        } catch {
            await answer.give(.failure(error))
            throw error
        }
    }

    // MARK: Files

    /// Finishes a stream's file, if one is under way, and sends its message.
    private mutating func finish(_ name: String) async throws {
        guard let stream = streams[name], let file = try await stream.files.finish() else { return }
        let batches = run.options.batches
        var message = BatchMessage(
            name, dialect: batches.dialect, format: batches.format, formatOptions: batches.formatOptions,
            compression: batches.compression, files: [file.uri])
        message.recordsPerFile = file.records
        message.timeExtracted =
            stream.timeExtracted
            ?? Moment.text(microseconds: run.clock.wall().microseconds)
        message.version = stream.version.map { .int($0) }
        try send(message.json)
        run.meter.update { $0[destination: "messages"].filesWritten += 1 }
    }

    private mutating func finishAll() async throws {
        for name in order { try await finish(name) }
        try sendStates()
    }

    // MARK: States

    private mutating func remember(_ value: Bytes) {
        let now = run.clock.now()
        waiting.append(Waiting(value: value, records: streams.mapValues(\.records), since: waiting.first?.since ?? now))
        guard waiting.count > PackWriting.maximumWaiting else { return }
        let last = waiting.count - 1
        waiting = waiting.enumerated().filter { $0.offset % 2 == 0 || $0.offset == last }.map(\.element)
    }

    /// Sends the newest STATE whose records have all gone.
    private mutating func sendStates() throws {
        let last = waiting.lastIndex { state in
            state.records.allSatisfy { name, records in
                streams[name].map { $0.files.recordsFinished >= records } ?? true
            }
        }
        guard let last else { return }
        var line = BytesBuilder()
        line.append("{\"type\":\"STATE\",\"value\":" as StaticString)
        line.append(waiting[last].value)
        line.append("}" as StaticString)
        try run.output.put(line: line.finish())
        waiting.removeFirst(last + 1)
        let now = run.clock.now()
        if !waiting.isEmpty { waiting[0].since = now }
    }

    private func send(_ message: JSONValue) throws { try run.output.put(line: Bytes(message.description)) }
}
