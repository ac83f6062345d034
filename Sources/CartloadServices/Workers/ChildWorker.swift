// SPDX-License-Identifier: Apache-2.0

internal import CartloadCompute
internal import CartloadCore
internal import CartloadProcess
internal import Synchronization

/// A child that computes records: it gets a line for each, and prints a line for each in the same order.
///
/// A whole call is written and read at the same time. The child is killed when it takes too long, says too much or too little,
/// or is stopped; it ends with its worker in any case.
final class ChildWorker: ServiceWorker {
    private let child: ChildProcess
    private let options: ChildRunner.Options
    private let isNew = Atomic(true)
    private let isStopped = Atomic(false)
    private let isLost = Atomic(false)

    /// How long a child that closed its output may take to end, so that it can be told how it did.
    private static let lastWords = Duration.seconds(2)

    init(_ child: ChildProcess, _ options: ChildRunner.Options) {
        self.child = child
        self.options = options
    }

    deinit { child.kill() }

    var isUsable: Bool {
        let isOver = isStopped.load(ordering: .relaxed) || isLost.load(ordering: .relaxed)
        return !isOver && child.end == nil && child.output.wouldWait
    }

    func stop() {
        isStopped.store(true, ordering: .relaxed)
        child.kill()
    }

    func run(_ call: ServiceCall) throws -> ServiceOutcome {
        let count = call.records.count
        if count == 0 { return ServiceOutcome(outputs: Rows([])) }
        let more = isNew.exchange(false, ordering: .relaxed) ? options.startTime : .zero
        var answer = AnswerText(expecting: count, atMost: options.maximumAnswer)
        do {
            try checkSilent()
            try child.exchange(call.records.lines, atMost: call.timeout + more) { try answer.add($0) }
            return try AnswerBlock(answer.take(), count: count, name: child.name).outcome()
        } catch let loss as WorkerLoss {
            lose()
            throw loss
        } catch let error as CartloadError {
            defer { lose() }
            throw loss(error, &answer, after: call.timeout + more)
        } catch {
            // Its answers would be taken for those to another call.
            lose()
            throw error
        }
    }

    private func lose() {
        isLost.store(true, ordering: .relaxed)
        child.kill()
    }

    /// Makes sure that an answer to an earlier call cannot be taken for one to this.
    private func checkSilent() throws {
        if child.output.wouldWait { return }
        var byte: UInt8 = 0
        // At its end there is nothing to read; the exchange will find out.
        guard try withUnsafeMutableBytes(of: &byte, { try child.output.read(into: $0) }) > 0 else { return }
        throw WorkerLoss(.outOfStep, "\(child.name) printed more lines than it was given records")
    }

    /// Why a call could not be ended.
    private func loss(_ error: CartloadError, _ answer: inout AnswerText, after time: Duration) -> WorkerLoss {
        if isStopped.load(ordering: .relaxed) { return WorkerLoss(.crashed, "\(child.name) was stopped") }
        if error.code == .programTimedOut {
            return WorkerLoss(.hung, said("\(child.name) did not answer within \(time)"), answered: answer.answered)
        }
        let end = child.awaitEnd(atMost: ChildWorker.lastWords)
        child.kill()
        // What it printed before it ended shows how far it came.
        answer.drain(child.output)
        let what =
            switch end {
            case .exited(let status): "\(child.name) ended with status \(status)"
            case .signalled: "\(child.name) was ended by \(end?.description ?? "a signal")"
            case .unknown: "\(child.name) ended, and nobody can tell how"
            case nil: "\(child.name) closed its \(error.code == .programInputClosed ? "input" : "output")"
            }
        return WorkerLoss(.crashed, said("\(what) before it had answered"), answered: answer.answered)
    }

    /// A message with the child's last words.
    private func said(_ message: String) -> String {
        let lines = LastWords(child.errorText).lines
        return lines.isEmpty ? message : "\(message); it said: \(lines.joined(separator: " / "))"
    }
}

extension Rows {
    /// The records, each ended by one line feed.
    fileprivate var lines: Bytes {
        if isLineFed { return bytes }
        var text = BytesBuilder(capacity: bytes.count + count)
        for record in 0..<count {
            text.append(self[record])
            text.append(UInt8(ascii: "\n"))
        }
        return text.finish()
    }
}
