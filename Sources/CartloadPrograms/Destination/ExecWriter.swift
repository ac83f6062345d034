// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore
internal import CartloadFormats
internal import CartloadProcess

/// Feeds one stream to a program.
actor ExecWriter: DestinationWriter {
    private let destination: ExecDestination
    private let stream: DestinationStream
    /// The program while it has something that is not durable, or, when lines acknowledge, until the stream ends.
    private var child: ChildProcess?
    /// Whether something was written since the last commit.
    private var isDirty = false
    /// How many commits it has acknowledged.
    private var commits = 0

    init(_ destination: ExecDestination, _ stream: DestinationStream) throws {
        self.destination = destination
        self.stream = stream
        guard let receipt = stream.receipt, !receipt.isNull else { return }
        guard let count = receipt["commits"]?.intValue, count >= 0 else {
            throw CartloadError(
                .programAnswer, "the saved receipt is not one of a program",
                advice: "Start over with --fresh, or use another state directory.")
        }
        commits = count
    }

    private var timeout: Duration? { destination.program.timeout }

    nonisolated func prepare(_ batch: RecordBatch, _ diagnostics: inout Diagnostics) throws -> PreparedBatch {
        let block = try JSONLinesEncoder().encode(batch, fields: nil, &diagnostics)
        return PreparedBatch(block.bytes, recordCount: block.recordEnds.count, byteCount: block.bytes.count)
    }

    func write(_ batch: PreparedBatch) async throws {
        guard let bytes = batch.payload as? Bytes else { preconditionFailure("not prepared by this writer") }
        if bytes.isEmpty { return }
        let child = try running()
        isDirty = true
        try await put(bytes, to: child)
    }

    private func running() throws -> ChildProcess {
        if let child { return child }
        let started = try destination.program.start(
            output: destination.acknowledgement == .line ? .pipe : .null,
            ["CARTLOAD_STREAM": stream.name, "CARTLOAD_BATCH": "\(commits + 1)"])
        child = started
        return started
    }

    private func put(_ bytes: Bytes, to child: ChildProcess) async throws {
        do {
            try await ChildAlarm.guarding(child, atMost: timeout) { try child.input.write(bytes) }
        } catch let error as CartloadError where error.code == .programInputClosed {
            throw await explained(error, child)
        }
    }

    /// A pipe that breaks says less than the program's own last words.
    private func explained(_ error: CartloadError, _ child: ChildProcess) async -> CartloadError {
        guard let end = try? await child.wait(atMost: destination.program.grace) else { return error }
        do { try child.check(end) } catch {
            return error as? CartloadError ?? CartloadError(.programFailed, "\(error)")
        }
        return error
    }

    func commit(_ commit: Commit) async throws -> JSONValue {
        // I1: returns only once the program has said so.
        if isDirty, let child {
            switch destination.acknowledgement {
            case .exit: try await end(child)
            case .line: try await acknowledged(by: child)
            }
            commits += 1
            isDirty = false
        }
        if commit.isLast, let child { try await end(child) }
        return ["commits": .int(commits)]
    }

    /// Ends its input and waits for it to end well.
    private func end(_ child: ChildProcess) async throws {
        let rest = child.input.closeKeepingRest()
        try await ChildAlarm.guarding(child, atMost: timeout) {
            if destination.acknowledgement == .line { try checkSilent(child, untilEnd: true) }
            try await child.waitForSuccess()
        }
        guard !rest.hasBytes() else {
            throw CartloadError(
                .programAnswer, "the program ended with 0 before it had read all that it was sent",
                at: Location(source: child.name), advice: "It must read its input to the end.")
        }
        self.child = nil
    }

    /// Makes sure that it has printed nothing for a commit that it was not told of.
    ///
    /// - Parameter untilEnd: Whether to wait until it can print no more.
    private func checkSilent(_ child: ChildProcess, untilEnd: Bool) throws {
        if !untilEnd, child.output.wouldWait { return }
        var byte: UInt8 = 0
        guard try withUnsafeMutableBytes(of: &byte, { try child.output.read(into: $0) }) > 0 else { return }
        throw CartloadError(
            .programAnswer, "the program printed more lines than there were commits", at: Location(source: child.name),
            advice: "It must print one line for each empty line, and nothing else.")
    }

    /// Tells it that a commit is here, and waits for its line.
    private func acknowledged(by child: ChildProcess) async throws {
        do {
            let line = try await ChildAlarm.guarding(child, atMost: timeout) {
                try checkSilent(child, untilEnd: false)
                // Both at once: whatever it prints too early must not stop it from reading.
                var line: [UInt8] = []
                try child.exchange(Bytes("\n")) { bytes in
                    line += bytes
                    return line.contains(UInt8(ascii: "\n")) || line.count > ExecWriter.longestLine
                }
                return line
            }
            guard line.firstIndex(of: UInt8(ascii: "\n")) == line.count - 1 else {
                throw CartloadError(
                    .programAnswer, "the program printed something else than one line for commit \(commits + 1)",
                    at: Location(source: child.name),
                    advice: "It must print one line for each empty line, and nothing else.")
            }
        } catch let error as CartloadError where [.programInputClosed, .programOutputEnded].contains(error.code) {
            throw await explained(error, child)
        }
    }

    /// The longest line of an acknowledgement (I7).
    private static let longestLine = 4096

    /// What was not committed must not be taken for data, so the program is told to end before its input ends.
    func close() async throws {
        guard let child else { return }
        self.child = nil
        await child.terminate(grace: destination.program.grace)
    }
}
