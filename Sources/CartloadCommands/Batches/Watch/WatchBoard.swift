// SPDX-License-Identifier: Apache-2.0

internal import CartloadAPI
internal import CartloadCore

/// The pipelines that are watched, how fast each goes, and what was told of it.
///
/// A pure value: readings and times come in, lines go out.
struct WatchBoard: Sendable {
    /// How often a pipeline is told of at most while only its numbers change.
    static let interval = Duration.seconds(1)

    private struct Entry: Sendable {
        var reading: WatchReading
        var rate = ProgressRate(window: .seconds(10))
        var told: (reading: WatchReading, time: Duration)?
    }

    private var entries: [Entry] = []

    var isEmpty: Bool { entries.isEmpty }
    /// Whether nothing more will be run in any of them.
    var isOver: Bool { entries.allSatisfy(\.reading.isOver) }
    var hasFailed: Bool { entries.contains(where: \.reading.hasFailed) }
    /// Those that are not over.
    var runningIDs: [String] { entries.filter { !$0.reading.isOver }.map(\.reading.id) }

    /// How those stand that are not over, with the server's word that it does not know them any more.
    func forgotten(_ ids: Set<String>) -> [WatchReading] {
        entries.filter { ids.contains($0.reading.id) }.map { entry in
            var reading = entry.reading
            reading.status.batchStatus = WatchReading.forgotten
            return reading
        }
    }

    /// Notes how a pipeline stands.
    mutating func note(_ reading: WatchReading, at time: Duration) {
        let index = entries.firstIndex { $0.reading.id == reading.id } ?? entries.endIndex
        if index == entries.endIndex { entries.append(Entry(reading: reading)) }
        entries[index].reading = reading
        entries[index].rate.add(at: time, records: reading.status.recordsCompleted, bytes: 0)
    }

    /// What is new since the last call: another state at once, other numbers once in a while, the end always.
    ///
    /// - Parameter isLast: Whether there will be no other call, so that everything is told that has not been.
    mutating func changes(at time: Duration, isLast: Bool = false) -> [WatchLine] {
        entries.indices.compactMap { index in
            let entry = entries[index]
            if let told = entry.told {
                guard entry.reading.state != told.reading.state else { return nil }
                let isTurn =
                    isLast || entry.reading.isOver
                    || entry.reading.status.batchStatus != told.reading.status.batchStatus
                guard isTurn || time - told.time >= WatchBoard.interval else { return nil }
            }
            entries[index].told = (entry.reading, time)
            return WatchLine(reading: entry.reading, rate: entry.rate)
        }
    }

    /// The live table, below a line of titles; no wider and no higher than the screen.
    ///
    /// The pipelines that run come first.
    func table(width: Int, height: Int = 24) -> [String] {
        var shown = entries.filter { !$0.reading.isOver } + entries.filter(\.reading.isOver)
        let hidden = max(0, shown.count - max(1, height - 3))
        shown.removeLast(hidden)
        let rows = shown.map { WatchLine(reading: $0.reading, rate: $0.rate) }
        var lines = WatchTable(lines: rows).lines(width: width)
        if hidden > 0 { lines.append("and \(Amount(hidden)) more") }
        return lines
    }
}
