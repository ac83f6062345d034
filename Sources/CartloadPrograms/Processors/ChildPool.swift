// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore
internal import CartloadProcess
internal import Synchronization

/// Children of one program, each of which answers one batch at a time; there are as many as batches are worked on at once.
final class ChildPool: Sendable {
    private let program: RunProgram
    private let idle = Mutex<[ChildProcess]>([])

    /// How much a program may answer to one batch (I7).
    private static let maximumAnswer = 1 << 30
    /// How long a child that closed its output may take to end.
    private static let lastWords = Duration.seconds(2)

    init(_ program: RunProgram) { self.program = program }

    /// Sends lines to a child and gives as many lines that it answers.
    ///
    /// - Throws: `CartloadError` when it ends, takes too long, or answers more; that child is then killed.
    func answer(to lines: Bytes, count: Int) throws -> Bytes {
        if count == 0 { return Bytes() }
        let child = try idle.withLock { $0.popLast() } ?? program.start()
        do {
            try checkSilent(child)
            var answer = BytesBuilder(capacity: lines.count)
            var missing = count
            try child.exchange(lines, atMost: program.timeout) { bytes in
                answer.append(bytes)
                for byte in bytes where byte == UInt8(ascii: "\n") { missing -= 1 }
                guard answer.count <= ChildPool.maximumAnswer else {
                    throw CartloadError(
                        .programAnswer, "the program answers more than \(ChildPool.maximumAnswer) bytes to a batch",
                        at: Location(source: child.name))
                }
                return missing <= 0
            }
            let text = answer.finish()
            guard missing == 0, text[text.count - 1] == UInt8(ascii: "\n") else {
                throw ChildPool.tooMuch(child.name)
            }
            idle.withLock { $0.append(child) }
            return text
        } catch let error as CartloadError where [.programInputClosed, .programOutputEnded].contains(error.code) {
            // It knows better why it ended.
            if let end = child.awaitEnd(atMost: ChildPool.lastWords) { try child.check(end) }
            child.kill()
            throw error
        } catch {
            child.kill()
            throw error
        }
    }

    /// Makes sure that an answer to an earlier batch cannot be taken for one to the next.
    private func checkSilent(_ child: ChildProcess) throws {
        if child.output.wouldWait { return }
        var byte: UInt8 = 0
        guard try withUnsafeMutableBytes(of: &byte, { try child.output.read(into: $0) }) > 0 else { return }
        throw ChildPool.tooMuch(child.name)
    }

    private static func tooMuch(_ name: String) -> CartloadError {
        CartloadError(
            .programAnswer, "the program answers more lines than it was given", at: Location(source: name),
            advice: "It must print one line for each that it reads; an array holds several records.")
    }
}
