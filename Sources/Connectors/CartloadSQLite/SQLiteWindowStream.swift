// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore
internal import SQLiteDatabase

/// A table or query in windows of a cursor: each is a batch, and done when it has ended, not with the greatest value seen.
struct SQLiteWindowStream: PlannedStream, LazilyBatchedStream, ContinuingStream {
    /// Reads the batches; its order is the windows' own.
    let base: SQLiteStream
    let cursor: CursorWindow

    init(_ base: SQLiteStream, _ cursor: CursorWindow) {
        self.base = base
        self.cursor = cursor
    }

    var description: StreamDescription { base.description }
    var continues: Bool { true }
    private var name: String { base.relation.name }

    func plan(since checkpoint: Checkpoint?) async throws -> Checkpoint {
        let database = try base.open()
        try database.execute("BEGIN")
        try cursor.checkEnds(base.relation, database)
        let least = try cursor.end("min", base.relation, database)
        let greatest = try cursor.end("max", base.relation, database)
        // Where nothing is, nobody knows where windows will begin.
        if checkpoint == nil, least == nil { return Checkpoint(.null) }
        switch cursor.window.size {
        case .time(let step):
            return try times(step, from: least).plan(since: checkpoint, now: base.source.now())
        case .integers(let width):
            return try integers(width, from: least).plan(since: checkpoint, through: greatest?.integer)
        }
    }

    func batches(since checkpoint: Checkpoint?) async throws -> [BatchDescription] {
        guard let checkpoint = try await begun(checkpoint) else { return [] }
        return switch cursor.window.size {
        case .time(let step): try times(step, from: nil).batches(of: checkpoint)
        case .integers(let width): try least().map { try integers(width, from: $0).batches(of: checkpoint) } ?? []
        }
    }

    func batchSequence(since checkpoint: Checkpoint?) async throws -> BatchSequence {
        guard let checkpoint = try await begun(checkpoint) else { return BatchSequence([]) }
        return switch cursor.window.size {
        case .time(let step): try times(step, from: nil).batchSequence(of: checkpoint)
        case .integers(let width):
            try least().map { try integers(width, from: $0).batchSequence(of: checkpoint) } ?? BatchSequence([])
        }
    }

    func checkpoint(after batch: BatchDescription, since checkpoint: Checkpoint?) throws -> Checkpoint {
        switch cursor.window.size {
        case .time(let step): try times(step, from: nil).checkpoint(after: batch, since: checkpoint)
        case .integers(let width): try integers(width, from: nil).checkpoint(after: batch, since: checkpoint)
        }
    }

    func read(_ batch: BatchDescription, into output: BatchOutput) async throws {
        try await base.read(batch, into: output)
    }

    /// A plan; one is made for those who ask for batches without, as to look at them. nil when there is nothing.
    private func begun(_ checkpoint: Checkpoint?) async throws -> Checkpoint? {
        let begun: Checkpoint
        if let checkpoint { begun = checkpoint } else { begun = try await plan(since: nil) }
        return begun.value.isNull ? nil : begun
    }

    private func least() throws -> SQLValue? { try cursor.end("min", base.relation, base.open()) }

    private func times(_ step: TimeStep, from least: SQLValue?) throws -> TimeWindows {
        try TimeWindows(
            stream: name, from: least.flatMap(\.minute) ?? .earliest, step: step, zone: cursor.window.zone,
            lookback: cursor.window.lookback, lag: cursor.window.lag)
    }

    /// Ranges on a grid through zero, so that they are the same when the first rows are gone.
    private func integers(_ width: Int64, from least: SQLValue?) throws -> IntegerRanges {
        var first = Int64.min
        if let least = least?.integer {
            let into = least % width
            let (floor, overflows) = least.subtractingReportingOverflow(into < 0 ? into + width : into)
            first = overflows ? least : floor
        }
        return try IntegerRanges(stream: name, first: first, width: width)
    }
}

extension SQLValue {
    fileprivate var integer: Int64? { if case .integer(let value) = self { value } else { nil } }

    /// The minute of a time: as a bound it is shorter than every text that belongs to it, however precise that is.
    fileprivate var minute: Instant? {
        if case .text(let text) = self { Instant(String(text.prefix(16))) } else { nil }
    }
}
