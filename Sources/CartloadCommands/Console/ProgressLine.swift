// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore
internal import CartloadFlow

/// The text of one progress line; a pure function of how things stand and how fast they go.
struct ProgressLine {
    var statistics: RunStatistics
    var elapsed: Duration
    var rate: ProgressRate

    /// `flights: 26,398 records, 1.2 MB, 13,199 records/s, 600.0 kB/s, batches 14/31, 2 rejected, ETA 0:02`
    ///
    /// - Parameter width: Columns on the screen; the line is cut to fit.
    func text(width: Int? = nil) -> String {
        var parts = [
            "\(Amount(statistics.recordsRead)) records", ByteSize(statistics.bytesRead).description,
        ]
        if let speed = rate.perSecond {
            parts.append("\(Amount(speed.records)) records/s")
            if speed.bytes > 0 { parts.append("\(ByteSize(speed.bytes))/s") }
        }
        if let total = statistics.batchesTotal {
            parts.append("batches \(Amount(statistics.batchesDone))/\(Amount(total))")
        } else if statistics.batchesDone > 0 {
            parts.append("batches \(Amount(statistics.batchesDone))")
        }
        if statistics.recordsRejected > 0 { parts.append("\(Amount(statistics.recordsRejected)) rejected") }
        if let remaining { parts.append("ETA \(StopwatchTime(seconds: remaining))") }
        let line = "\(statistics.flow): \(parts.joined(separator: ", "))"
        guard let width, line.count > width else { return line }
        return String(line.prefix(max(0, width - 1))) + "…"
    }

    /// Seconds to go, from the bytes or else the batches that are left; nil when nothing tells.
    private var remaining: Int? {
        let share: Double
        if let total = statistics.bytesTotal, total > 0 {
            share = Double(statistics.bytesRead) / Double(total)
        } else if let total = statistics.batchesTotal, total > 0 {
            share = Double(statistics.batchesDone) / Double(total)
        } else {
            return nil
        }
        guard share > 0.001, elapsed >= .seconds(1) else { return nil }
        let seconds = Double(elapsed.components.seconds) + Double(elapsed.components.attoseconds) / 1e18
        let left = (seconds * max(0, 1 - share) / share).rounded(.up)
        return left < 1e8 ? Int(left) : nil
    }
}
