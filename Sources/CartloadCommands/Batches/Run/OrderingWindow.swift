// SPDX-License-Identifier: Apache-2.0

/// Which chunks are under way, and which may leave: in the order of the input, or as they come.
///
/// A pure state machine; ``RunWindow`` waits around it.
struct OrderingWindow<Chunk, Answer> {
    /// What became of an answer.
    enum Arrival: Sendable, Hashable {
        case taken
        /// It came before: lent again, because it was not acknowledged in time.
        case repeated
        /// It is of a chunk that an earlier run has pushed and this one has not read yet; it is kept.
        case early
    }

    private struct Slot {
        var chunk: Chunk
        var answer: Answer?
        var byteCount: Int
    }

    let isOrdered: Bool
    /// The first chunk that has not left.
    private(set) var next: Int
    /// Those behind it that have left already; none in order.
    private(set) var left: Set<Int>
    /// The first that was not let in.
    private(set) var end: Int
    private var slots: [Int: Slot] = [:]
    private var early: [Int: (answer: Answer, byteCount: Int)] = [:]
    /// In the order in which they came; not kept in order of the input, where the turn decides.
    private var ready: [Int] = []
    /// How many of those under way have their answer.
    private(set) var answeredCount = 0
    private(set) var byteCount = 0

    /// - Parameters:
    ///   - next: The first chunk that has not left in earlier runs.
    ///   - left: Those behind it that have.
    init(isOrdered: Bool, next: Int = 0, left: Set<Int> = []) {
        self.isOrdered = isOrdered
        self.next = next
        self.left = left
        end = next
    }

    /// How many chunks are under way.
    var count: Int { slots.count }

    /// From the first that has not left to the last that was let in.
    var span: Int { end - next }

    /// Lets the next chunk in.
    ///
    /// - Returns: Whether it has to be pushed; not when it has left already or has its answer.
    mutating func admit(_ index: Int, _ chunk: Chunk, byteCount bytes: Int) -> Bool {
        precondition(index == end, "chunks come in order")
        end = index + 1
        if left.contains(index) {
            advance()
            return false
        }
        let found = early.removeValue(forKey: index)
        let bytes = bytes + (found?.byteCount ?? 0)
        slots[index] = Slot(chunk: chunk, answer: found?.answer, byteCount: bytes)
        byteCount += bytes
        if found != nil { note(index) }
        return found == nil
    }

    /// Takes an answer.
    mutating func arrive(_ index: Int, _ answer: Answer, byteCount bytes: Int) -> Arrival {
        if index < next || left.contains(index) { return .repeated }
        guard slots[index] != nil else {
            if early[index] != nil { return .repeated }
            early[index] = (answer, bytes)
            return .early
        }
        guard slots[index]?.answer == nil else { return .repeated }
        slots[index]?.answer = answer
        slots[index]?.byteCount += bytes
        byteCount += bytes
        note(index)
        return .taken
    }

    /// The next chunk that may leave, with its answer.
    mutating func leave() -> (index: Int, chunk: Chunk, answer: Answer)? {
        let index: Int
        if isOrdered {
            index = next
        } else {
            guard let first = ready.first else { return nil }
            index = first
        }
        guard let slot = slots[index], let answer = slot.answer else { return nil }
        if !isOrdered { ready.removeFirst() }
        answeredCount -= 1
        slots[index] = nil
        byteCount -= slot.byteCount
        left.insert(index)
        advance()
        return (index, slot.chunk, answer)
    }

    private mutating func note(_ index: Int) {
        answeredCount += 1
        if !isOrdered { ready.append(index) }
    }

    /// Whether there is a chunk that may leave.
    var canLeave: Bool { isOrdered ? slots[next]?.answer != nil : !ready.isEmpty }

    private mutating func advance() {
        // Those of an earlier run are passed when they are let in, not before.
        while next < end, left.remove(next) != nil { next += 1 }
    }

    /// The chunks that have no answer, in order.
    var unanswered: [(index: Int, chunk: Chunk)] {
        slots.filter { $0.value.answer == nil }.sorted { $0.key < $1.key }.map { ($0.key, $0.value.chunk) }
    }

    /// Whether every chunk that was let in has left.
    var isEmpty: Bool { next == end }

    /// Answers of chunks that were never let in.
    var strays: [Int] { early.keys.sorted() }

    /// How many answers are kept for chunks to come.
    var earlyCount: Int { early.count }
    var earlyBytes: Int { early.values.reduce(0) { $0 + $1.byteCount } }
}
