// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore
internal import CartloadFormats

/// Writes results as they leave the window, and knows how far what it has written is durable.
///
/// The calls are `(write* checkpoint)* finish publish` or `leave`.
///
/// Unchecked because one task at a time uses it: whoever makes it, and then the one that writes.
final class RunWriter: @unchecked Sendable {
    /// What is done with outputs.
    struct Form: Sendable, Hashable {
        var isCSV = false
        var keepsInput = false
        /// The outputs' names, when they were chosen.
        var fields: [String]?
    }

    /// Bytes after which a block of a compressed file is cut.
    private static let blockBytes = 256 << 10
    /// Bytes that are put into a plain file at once.
    private static let writeBytes = 256 << 10

    private let form: Form
    private let output: OutputFile
    private let rejects: RejectOutput
    private let csv = CSVEncoder()
    /// As it is saved: up to what is in the files.
    private(set) var state: RunState
    /// The same, with what is pending.
    private var reached: RunState
    /// Chunks that are in the files, or pending, and not acknowledged.
    private var flushed: [Int] = []
    private var pending: [Int] = []
    /// Where chunks end that are written and not yet passed.
    private var ends: [Int: Position] = [:]
    private let passed: PassedChunks

    /// - Parameter passed: Where chunks end that an earlier run has written.
    init(_ form: Form, output: OutputFile, rejects: RejectOutput, state: RunState, passed: PassedChunks) {
        self.form = form
        self.passed = passed
        self.output = output
        self.rejects = rejects
        self.state = state
        reached = state
    }

    /// What was written so far, pending or not.
    var counts: RunCounts { reached.counts }

    /// Bytes of outputs that are not durable.
    var waitingBytes: Int { output.length - state.outputBytes + output.pendingBytes }
    var hasUndurable: Bool { !flushed.isEmpty || !pending.isEmpty }

    private var isBlocked: Bool { output.isCompressed || rejects.isCompressed }

    // MARK: Writing

    /// Writes the result of a chunk.
    ///
    /// - Parameter answer: nil for a chunk that had nothing to run.
    /// - Throws: `CartloadError` when the result is not one of this chunk, or a file cannot be written.
    func write(_ chunk: RunChunk, _ answer: Bytes?) throws {
        var failed = 0
        if let answer {
            let result = try RunResult(answer, of: chunk)
            if !result.isClean {
                failed = try rejects.write(result, of: chunk)
            } else {
                try rejects.write(invalid: chunk)
            }
            reached.counts.written += try writeOutputs(result, of: chunk)
        } else {
            try rejects.write(invalid: chunk)
        }
        reached.counts.chunks += 1
        reached.counts.records += chunk.recordCount + chunk.rejects.count
        reached.counts.rejected += failed + chunk.rejects.count
        advance(chunk)
        pending.append(chunk.index)
        let waiting = output.pendingBytes + rejects.pendingBytes
        if waiting >= (isBlocked ? RunWriter.blockBytes : RunWriter.writeBytes) { try flush() }
    }

    private func advance(_ chunk: RunChunk) {
        reached.written.insert(chunk.index)
        ends[chunk.index] = chunk.end
        pass()
    }

    /// Moves on over what is written, as far as it is known where it ends.
    private func pass() {
        while reached.written.contains(reached.next),
            let end = ends.removeValue(forKey: reached.next) ?? passed.take(reached.next)
        {
            reached.written.remove(reached.next)
            reached.position = end
            reached.next += 1
        }
    }

    private func writeOutputs(_ result: RunResult, of chunk: RunChunk) throws -> Int {
        guard result.outputs.count > 0 else { return 0 }
        let written =
            result.isClean
            ? chunk.recordCount
            : result.outputs.places.indices.reduce(0) {
                $0 + (result.hasFailed($1) ? 0 : 1)
            }
        guard written > 0 else { return 0 }
        if form.isCSV {
            var lines = BytesBuilder(capacity: result.outputs.text.count)
            try appendLines(result, chunk, into: &lines)
            try writeCSV(lines.finish())
        } else if form.keepsInput {
            var lines = BytesBuilder(capacity: result.outputs.text.count + chunk.inputs.count)
            try appendLines(result, chunk, into: &lines)
            lines.withUnsafeBytes { output.append($0) }
        } else {
            result.outputs.text.withUnsafeBytes { text in
                for (record, place) in result.outputs.places.enumerated() where !result.hasFailed(record) {
                    output.append(UnsafeRawBufferPointer(rebasing: text[place]))
                    output.append(UInt8(ascii: "\n"))
                }
            }
        }
        return written
    }

    private func appendLines(_ result: RunResult, _ chunk: RunChunk, into lines: inout BytesBuilder) throws {
        let inputs = form.keepsInput ? JSONElements(chunk.inputText) : nil
        let join = try inputs.map { try RecordJoin($0, result.outputs) }
        for record in result.outputs.places.indices where !result.hasFailed(record) {
            if let inputs, let join {
                join.write(inputs[record], result.outputs[record], into: &lines)
            } else {
                lines.append(result.outputs[record])
            }
            lines.append(UInt8(ascii: "\n"))
        }
    }

    private func writeCSV(_ lines: Bytes) throws {
        var diagnostics = Diagnostics()
        let rows = try Rows.scan(lines, origin: Location(), isFirst: false, &diagnostics)
        let batch = RecordBatch(.rows(rows))
        let isFirst = reached.fields == nil
        let block = try csv.encode(batch, fields: reached.fields ?? form.fields, &diagnostics)
        if isFirst, let fields = block.fields {
            reached.fields = fields
            if let header = csv.header(fields) { output.append(header) }
        }
        output.append(block.bytes)
    }

    private func flush() throws {
        pass()
        try output.flush()
        try rejects.flush()
        flushed += pending
        pending.removeAll(keepingCapacity: true)
        reached.outputBytes = output.length
        reached.rejectBytes = rejects.length
        flushedState = reached
    }

    /// What the files hold, durable or not.
    private var flushedState: RunState?

    // MARK: Durability

    /// Makes what may be durable now, and saves how far it is.
    ///
    /// - Returns: The chunks that can be acknowledged (I1).
    func checkpoint(_ save: (RunState) throws -> Void) throws -> [Int] {
        if !isBlocked { try flush() }
        guard let flushedState, !flushed.isEmpty else { return [] }
        try output.synchronize()
        try rejects.synchronize()
        try save(flushedState)
        state = flushedState
        defer { flushed.removeAll(keepingCapacity: true) }
        return flushed
    }

    /// Writes what is pending, as after the last chunk.
    ///
    /// - Returns: The chunks that can be acknowledged (I1).
    func finish(_ save: (RunState) throws -> Void) throws -> [Int] {
        if form.isCSV, reached.fields == nil, let fields = form.fields, let header = csv.header(fields) {
            output.append(header)
            reached.fields = fields
        }
        pass()
        flushed += pending
        pending.removeAll()
        try output.finish()
        try rejects.finish()
        reached.outputBytes = output.length
        reached.rejectBytes = rejects.length
        reached.isComplete = true
        try output.synchronize()
        try rejects.synchronize()
        try save(reached)
        state = reached
        defer { flushed = [] }
        return flushed
    }

    /// Whether a chunk is durable.
    func isDurable(_ index: Int) -> Bool { index < state.next || state.written.contains(index) }

    func publish() throws {
        try output.publish()
        try rejects.publish()
    }

    func leave() {
        output.leave()
        rejects.leave()
    }
}
