// SPDX-License-Identifier: Apache-2.0

internal import CartloadCompute
internal import CartloadCore
internal import CartloadProcess

/// What a child prints in answer to a call, as it comes.
struct AnswerText: ~Copyable {
    private let expected: Int
    private let maximum: Int
    private var text: BytesBuilder
    /// How many lines are complete.
    private(set) var answered = 0

    /// - Parameters:
    ///   - expected: How many lines there are to be.
    ///   - maximum: How many bytes (I7).
    init(expecting expected: Int, atMost maximum: Int) {
        self.expected = expected
        self.maximum = maximum
        text = BytesBuilder()
    }

    /// Adds what came; whether that is all.
    ///
    /// - Throws: ``WorkerLoss`` when it is too much.
    mutating func add(_ bytes: UnsafeRawBufferPointer) throws -> Bool {
        text.append(bytes)
        count(bytes)
        guard text.count <= maximum else {
            throw WorkerLoss(.outOfStep, "more than \(maximum) bytes were printed for a call", answered: answered)
        }
        guard answered >= expected else { return false }
        guard answered == expected, bytes.last == UInt8(ascii: "\n") else {
            throw WorkerLoss(.outOfStep, "more lines were printed than there were records")
        }
        return true
    }

    /// Counts the lines that are left in a pipe; the child was killed, so that it ends or is empty at once.
    mutating func drain(_ output: ChildOutput) {
        let room = UnsafeMutableRawBufferPointer.allocate(byteCount: 64 << 10, alignment: 16)
        defer { room.deallocate() }
        var left = maximum
        while left > 0, !output.wouldWait, let count = try? output.read(into: room), count > 0 {
            self.count(UnsafeRawBufferPointer(rebasing: room[..<count]))
            left -= count
        }
        // More lines than records say nothing about any record.
        answered = min(answered, expected)
    }

    /// The lines; none are left.
    mutating func take() -> Bytes {
        var taken = BytesBuilder()
        swap(&taken, &text)
        return taken.finish()
    }

    private mutating func count(_ bytes: UnsafeRawBufferPointer) {
        var lines = 0
        for byte in bytes { lines += byte == UInt8(ascii: "\n") ? 1 : 0 }
        answered += lines
    }
}
