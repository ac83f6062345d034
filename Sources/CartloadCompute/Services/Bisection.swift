// SPDX-License-Identifier: Apache-2.0

/// Finds the records of a call that cost it its worker: which records to run next, after what became of those before.
///
/// All records are run twice before anything is divided, because a worker may be lost for reasons of its own. A part of several
/// records that loses its worker is divided; a single record that loses its worker twice is bad. A worker that answers record
/// by record shows where it broke off, and that record is then tried by itself; once that was the wrong one, as it is with a
/// worker that keeps answers back, parts are halved.
struct Bisection: Sendable {
    private struct Part {
        var records: Range<Int>
        var losses = 0
        /// Whether a worker broke off at this one record.
        var isHinted = false
        /// Whether the next part must be to blame for the loss of both when this one is not.
        var accusesNext = false
        var isAccused = false
    }

    /// In reverse order: the last one is next.
    private var parts: [Part]
    private var hintsAreGood = true
    /// The records that lost their worker twice, in no order.
    private(set) var bad: [Int] = []
    private(set) var runCount = 0
    /// How many records were run again, each time that they were.
    private(set) var retriedRecordCount = 0

    init(count: Int) {
        parts = count == 0 ? [] : [Part(records: 0..<count)]
    }

    /// The records to run next; nil when all are computed or bad.
    var next: Range<Int>? { parts.last?.records }

    /// All parts that are left, in order.
    var rest: [Range<Int>] { parts.reversed().map(\.records) }

    /// The records of ``next`` were computed.
    mutating func computed() {
        guard let part = finishRun() else { return }
        if part.isHinted, part.losses == 0 { hintsAreGood = false }
        guard part.accusesNext, part.losses == 0, let accused = parts.indices.last else { return }
        parts[accused].isAccused = true
        // It would only be lost once more, which may take as long as a worker is waited for.
        while let last = parts.last, last.isAccused, last.records.count > 1 {
            parts.removeLast()
            halve(last.records)
        }
    }

    /// The worker was lost with the records of ``next``.
    ///
    /// - Parameter answered: How many of them had an answer, if that is known.
    mutating func lost(answered: Int? = nil) {
        let isWhole = runCount == 0
        guard var part = finishRun() else { return }
        part.losses += 1
        if part.losses == 1, isWhole || part.records.count == 1 {
            parts.append(part)
        } else if part.records.count == 1 {
            bad.append(part.records.lowerBound)
        } else if hintsAreGood, let answered, part.records.indices.contains(part.records.lowerBound + answered) {
            divide(part.records, at: part.records.lowerBound + answered)
        } else {
            halve(part.records)
        }
    }

    private mutating func finishRun() -> Part? {
        guard let part = parts.popLast() else { return nil }
        if runCount > 0 { retriedRecordCount += part.records.count }
        runCount += 1
        return part
    }

    private mutating func halve(_ records: Range<Int>) {
        let middle = records.lowerBound + records.count / 2
        parts.append(Part(records: middle..<records.upperBound))
        parts.append(Part(records: records.lowerBound..<middle, accusesNext: true))
    }

    private mutating func divide(_ records: Range<Int>, at record: Int) {
        let after = record + 1
        if after < records.upperBound { parts.append(Part(records: after..<records.upperBound)) }
        parts.append(Part(records: record..<after, isHinted: true))
        if record > records.lowerBound { parts.append(Part(records: records.lowerBound..<record)) }
    }
}
