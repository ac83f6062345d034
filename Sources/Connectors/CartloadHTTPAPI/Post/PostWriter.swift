// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore
internal import CartloadFormats
internal import CartloadStorage

/// Sends one stream's records, a request after the other.
actor PostWriter: DestinationWriter {
    private let options: PostOptions
    private let stream: DestinationStream
    private let client: APIClient
    private let sendsPartial: Bool
    private let draft: RequestDraft
    private let maximumRecords: Int
    private let compressor: BlockCompressor
    /// How many requests have been sent since the stream's beginning.
    private var requests = 0
    private var body = PostBody()

    private static let usualRecords = 500

    init(_ options: PostOptions, _ stream: DestinationStream, _ client: APIClient, sendsPartial: Bool) throws {
        self.options = options
        self.stream = stream
        self.client = client
        self.sendsPartial = sendsPartial
        maximumRecords = options.records ?? stream.batchSize.records ?? PostWriter.usualRecords
        compressor = BlockCompressor(options.isCompressed ? .gzip : .none)
        let name = stream.name.utf8.percentEncoded()
        var draft = options.endpoint.draft(
            options.method, url: options.endpoint.url.replacing("{stream}", with: name))
        draft.setDefault("Content-Type", options.form == .json ? "application/json" : "application/x-ndjson")
        if options.isCompressed { draft.set(header: "Content-Encoding", "gzip") }
        self.draft = draft
        guard let receipt = stream.receipt, !receipt.isNull else { return }
        guard let count = receipt["requests"]?.intValue, count >= 0 else { throw PostWriter.foreignReceipt }
        requests = count
        guard let pending = receipt["pending"]?.stringValue else { return }
        let lines = Bytes(pending)
        body.append(lines, ends: lines.lineEnds)
    }

    private static var foreignReceipt: CartloadError {
        CartloadError(
            .postReceipt, "the saved receipt is not one of requests",
            advice: "Start over with --fresh, or use another state directory.")
    }

    private struct Encoded: Sendable {
        var block: EncodedBlock
        /// Records that no request has room for.
        var refused: Set<Int>
    }

    nonisolated func prepare(_ batch: RecordBatch, _ diagnostics: inout Diagnostics) throws -> PreparedBatch {
        let block = try JSONLinesEncoder().encode(batch, fields: nil, &diagnostics)
        var refused: Set<Int> = []
        var start = 0
        for (index, end) in block.recordEnds.enumerated() {
            if Int(end) - start + 1 > options.bytes {
                refused.insert(index)
                let shown = block.bytes[start..<min(Int(end) - 1, start + PostWriter.shownBytes)]
                diagnostics.reject(
                    Diagnostic(
                        .postRecordTooLarge,
                        "the record has \(Int(end) - start - 1) bytes, and a request \(options.bytes) at most",
                        at: Location(source: batch.origin.source, record: batch.origin.record.map { $0 + index }),
                        record: shown))
            }
            start = Int(end)
        }
        return PreparedBatch(
            Encoded(block: block, refused: refused), recordCount: block.recordEnds.count - refused.count,
            byteCount: block.bytes.count)
    }

    /// How much of a record that is too large the reject file gets.
    private static let shownBytes = 65_536

    func write(_ batch: PreparedBatch) async throws {
        guard let encoded = batch.payload as? Encoded else { preconditionFailure("not prepared by this writer") }
        let ends = encoded.block.recordEnds
        var first = 0
        var index = 0
        while index < ends.count {
            let start = first == 0 ? 0 : Int(ends[first - 1])
            let isRefused = encoded.refused.contains(index)
            // Only counts and sizes cut a request, so that it is cut there again.
            let isFull =
                body.recordCount + index - first >= maximumRecords
                || body.byteCount + Int(ends[index]) - start > options.bytes
            guard isRefused || isFull else {
                index += 1
                continue
            }
            take(encoded.block, first..<index)
            if isRefused {
                index += 1
            } else {
                try await send()
            }
            first = index
        }
        take(encoded.block, first..<index)
        if body.recordCount >= maximumRecords { try await send() }
    }

    private func take(_ block: EncodedBlock, _ range: Range<Int>) {
        guard let first = range.first else { return }
        let start = first == 0 ? 0 : Int(block.recordEnds[first - 1])
        body.append(block.bytes(ofRecords: range), ends: block.recordEnds[range].lazy.map { Int($0) - start })
    }

    func commit(_ commit: Commit) async throws -> JSONValue {
        if commit.isLast || sendsPartial { try await send() }
        var receipt = JSONObject([("requests", .int(requests))])
        if body.recordCount > 0 { receipt["pending"] = .string(body.lines.text) }
        return .object(receipt)
    }

    private func send() async throws {
        guard body.recordCount > 0 else { return }
        var draft = draft
        let lines = body.lines
        draft.body = compressor.compress(options.form == .json ? body.array : lines)
        if let header = options.keyHeader {
            let key = IdempotencyKey(
                checkpointID: stream.checkpointID, stream: stream.name, salt: options.keySalt, number: requests + 1,
                lines: lines)
            draft.set(header: header, key.text)
        }
        do {
            // Any body is taken; what counts is the status.
            _ = try await client.answer(to: draft, AnswerReading(rules: [], form: .jsonLines, paths: []))
        } catch var error as CartloadError {
            error.message = "request \(requests + 1), with \(body.recordCount) records: \(error.message)"
            if error.code == .apiRefused {
                error.advice = "Look at what the server says; records before this request were taken."
            }
            throw error
        }
        requests += 1
        body = PostBody()
    }
}

extension Bytes {
    /// The offset after each line feed.
    fileprivate var lineEnds: [Int] {
        withUnsafeBytes { bytes in bytes.indices.filter { bytes[$0] == UInt8(ascii: "\n") }.map { $0 + 1 } }
    }
}
