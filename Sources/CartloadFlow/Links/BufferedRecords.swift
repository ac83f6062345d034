// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore
internal import CartloadExpressions

/// What a link's buffer holds, and when it lets go; a value that its owner guards.
struct BufferedRecords: Sendable {
    /// What one piece of a transfer brought.
    struct Entry: Sendable {
        /// From 1, without gaps.
        var number: Int
        var piece: LinkIntake.Piece
        /// Of each record, its length as JSON text.
        var sizes: [Int32] = []
        /// The records that end what is held.
        var ends: [Int] = []
        /// How many records have been let go already.
        var gone = 0
        /// When it came.
        var arrived: Duration = .zero

        var count: Int { sizes.count }
    }

    /// Records that are let go together.
    struct Release: Sendable {
        var pieces: [LinkIntake.Piece] = []
        var trigger: LinkBuffer.Trigger
    }

    let settings: LinkBuffer
    private(set) var entries: [Entry] = []
    private(set) var held = LinkBuffer.Held()
    private var first: Duration? { entries.first { $0.gone < $0.count }?.arrived }
    private var last: Duration?
    private var nextNumber: Int
    /// How many of the next records were delivered before the program last ended.
    private var skip: Int

    /// - Parameter positions: Where the link is; records of entries that it says are done with are passed by.
    init(_ settings: LinkBuffer, _ positions: LinkPositions) {
        self.settings = settings
        skip = positions.skip
        nextNumber = positions.buffer + 1
    }

    // MARK: Holding

    /// Adds what a transfer brought.
    mutating func append(_ piece: LinkIntake.Piece, at now: Duration) throws -> Entry {
        let entry = try BufferedRecords.entry(nextNumber, piece, settings.check)
        append(entry, at: now)
        return entry
    }

    /// Adds an entry that was made before.
    mutating func append(_ entry: Entry, at now: Duration) {
        var entry = entry
        nextNumber = entry.number + 1
        entry.gone = min(entry.count, skip)
        skip -= entry.gone
        entry.arrived = now
        if entry.count > entry.gone { last = now }
        held.records += entry.count - entry.gone
        held.bytes += entry.sizes[entry.gone...].reduce(0) { $0 + Int($1) }
        entries.append(entry)
    }

    /// Records as the buffer keeps them: as rows, each with its size.
    static func entry(_ number: Int, _ piece: LinkIntake.Piece, _ check: Expression?) throws -> Entry {
        var entry = Entry(number: number, piece: piece)
        guard let batch = piece.batch else { return entry }
        let rows = RecordBatch(.rows(try batch.rows(&entry.piece.diagnostics)), origin: batch.origin)
        entry.piece.batch = rows
        entry.sizes = try rows.recordSizes()
        if let check {
            var ignored = Diagnostics()
            entry.ends = try rows.positions(where: check, &ignored)
        }
        return entry
    }

    // MARK: Letting go

    /// When time alone lets something go; nil while another limit that has to be reached too is not.
    var wakeTime: Duration? {
        guard held.records > 0 else { return nil }
        let times = [
            settings.age.flatMap { age in first.map { $0 + age } },
            settings.idle.flatMap { idle in last.map { $0 + idle } },
        ].compactMap { $0 }
        guard settings.mode == .all else { return times.min() }
        let isReady =
            held.records >= settings.records ?? 0 && held.bytes >= settings.bytes ?? 0
            && (settings.check == nil || hasEnd) && (settings.condition.map { $0(held) } ?? true)
        return isReady ? times.max() : nil
    }

    /// Whether a record is held that ends what is held.
    private var hasEnd: Bool { entries.contains { !$0.ends.isEmpty } }

    /// What is let go now.
    ///
    /// - Parameter flushes: Whether everything is, whatever the limits say.
    /// - Returns: Nothing when nothing is due; the caller delivers it and then calls ``remove(_:)``.
    func due(at now: Duration, flushes: Bool = false) -> [Release] {
        var held = held
        held.age = first.map { now - $0 } ?? .zero
        held.idle = last.map { now - $0 } ?? .zero
        guard held.records > 0 || flushes else { return [] }
        let trigger: LinkBuffer.Trigger? = flushes ? .flush : trigger(held)
        if settings.shape == .exact { return exact(rest: timed(held) ?? (flushes ? .flush : nil)) }
        return trigger.map { [Release(pieces: entries.map(\.rest), trigger: $0)] } ?? []
    }

    private func timed(_ held: LinkBuffer.Held) -> LinkBuffer.Trigger? {
        if let age = settings.age, held.age >= age { return .age }
        if let idle = settings.idle, held.idle >= idle { return .idle }
        if held.bytes >= settings.maximumBytes { return .bytes }
        if let condition = settings.condition, condition(held) { return .condition }
        return nil
    }

    private func trigger(_ held: LinkBuffer.Held) -> LinkBuffer.Trigger? {
        if held.bytes >= settings.maximumBytes { return .bytes }
        var reached: [LinkBuffer.Trigger] = []
        var isMissing = false
        func look(_ trigger: LinkBuffer.Trigger, _ isReached: Bool?) {
            guard let isReached else { return }
            if isReached { reached.append(trigger) } else { isMissing = true }
        }
        look(.condition, settings.condition.map { $0(held) })
        look(.check, settings.check.map { _ in hasEnd })
        look(.records, settings.records.map { held.records >= $0 })
        look(.bytes, settings.bytes.map { held.bytes >= $0 })
        look(.age, settings.age.map { held.age >= $0 })
        look(.idle, settings.idle.map { held.idle >= $0 })
        return settings.mode == .all && isMissing ? nil : reached.first
    }

    /// Full batches, and the rest when there is a reason to let it go.
    private func exact(rest: LinkBuffer.Trigger?) -> [Release] {
        var releases: [Release] = []
        var open = Release(trigger: .records)
        var (count, bytes) = (0, 0)
        func close(_ trigger: LinkBuffer.Trigger) {
            open.trigger = trigger
            releases.append(open)
            open = Release(trigger: .records)
            (count, bytes) = (0, 0)
        }
        for entry in entries {
            var start = entry.gone
            var ends = entry.ends.drop { $0 < entry.gone }
            for position in entry.gone..<entry.count {
                let size = Int(entry.sizes[position])
                if let limit = settings.bytes, count > 0, bytes + size > limit {
                    if position > start { open.pieces.append(entry.part(start..<position)) }
                    start = position
                    close(.bytes)
                }
                count += 1
                bytes += size
                let isEnd = ends.first == position
                if isEnd { ends.removeFirst() }
                if count == settings.records || isEnd {
                    open.pieces.append(entry.part(start..<position + 1))
                    start = position + 1
                    close(isEnd ? .check : .records)
                }
            }
            if start < entry.count || entry.count == entry.gone { open.pieces.append(entry.part(start..<entry.count)) }
        }
        if let rest, !open.pieces.isEmpty { close(rest) }
        return releases
    }

    /// Forgets what was delivered.
    mutating func remove(_ releases: [Release]) {
        for release in releases {
            for case (let number, let gone)? in release.pieces.map(\.entry) {
                guard let index = entries.firstIndex(where: { $0.number == number }) else { continue }
                if let gone { entries[index].gone = gone } else { entries.remove(at: index) }
            }
        }
        held = LinkBuffer.Held()
        for entry in entries {
            held.records += entry.count - entry.gone
            held.bytes += entry.sizes[entry.gone...].reduce(0) { $0 + Int($1) }
        }
    }
}

extension BufferedRecords.Entry {
    /// What has not gone.
    fileprivate var rest: LinkIntake.Piece { part(gone..<count) }

    /// Some of the records; counts and findings go with the first of them, the position with the last.
    fileprivate func part(_ range: Range<Int>) -> LinkIntake.Piece {
        var part = LinkIntake.Piece()
        if range.lowerBound == 0 { part = piece }
        part.batch = piece.batch
        part.batch?.selection = .range(range)
        part.isPlaceless = piece.isPlaceless
        let isLast = range.upperBound == count
        part.entry = (number: number, gone: isLast ? nil : range.upperBound)
        part.positions = isLast ? piece.positions : nil
        return part
    }
}

extension RecordBatch {
    /// The positions of the records for which an expression is true.
    fileprivate func positions(where expression: Expression, _ diagnostics: inout Diagnostics) throws -> [Int] {
        let kept = try FilterProcessor(expression).process(self, &diagnostics)
        var positions: [Int] = []
        kept.selection?.forEach { positions.append($0) }
        if kept.selection == nil { positions = Array(0..<(count ?? 0)) }
        return positions
    }
}
