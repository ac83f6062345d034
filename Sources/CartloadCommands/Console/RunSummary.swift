// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore
internal import CartloadFlow

/// What is printed at the end of a run.
struct RunSummary {
    let statistics: RunStatistics

    var text: String {
        let seconds =
            Double(statistics.duration.components.seconds)
            + Double(statistics.duration.components.attoseconds) / 1e18
        var lines = ["\(statistics.flow): \(verdict) in \(RunSummary.spoken(seconds))"]
        var read = [RunSummary.records(statistics.recordsRead), ByteSize(statistics.bytesRead).description]
        if statistics.batchesDone > 0 || statistics.batchesTotal != nil { read.append(batches) }
        if seconds > 0 { read.append("\(Amount(Int(Double(statistics.recordsRead) / seconds))) records/s") }
        lines.append("  read      \(read.joined(separator: ", "))")
        if statistics.recordsDropped > 0 {
            lines.append("  dropped   \(RunSummary.records(statistics.recordsDropped))")
        }
        for destination in statistics.destinations {
            var parts = [
                RunSummary.records(destination.recordsWritten), ByteSize(destination.bytesWritten).description,
            ]
            if destination.filesWritten > 0 {
                parts.append("\(Amount(destination.filesWritten)) file\(destination.filesWritten == 1 ? "" : "s")")
            }
            lines.append("  written   \(parts.joined(separator: ", ")) to \(destination.name)")
        }
        if statistics.recordsRejected > 0 {
            let place = statistics.rejectFile.map { ", in \($0)" } ?? ""
            lines.append("  rejected  \(RunSummary.records(statistics.recordsRejected))\(place)")
        }
        if statistics.batchesFailed > 0 {
            let count = statistics.batchesFailed
            lines.append("  skipped   \(Amount(count)) batch\(count == 1 ? "" : "es"), which the next run tries first")
        }
        for (code, count) in statistics.warnings.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
            lines.append("  warning   \(Amount(count)) × \(code.rawValue)")
        }
        if statistics.isStopped { lines.append("  What was committed stays; the same command goes on from here.") }
        return lines.joined(separator: "\n")
    }

    private static func records(_ count: Int) -> String { "\(Amount(count)) record\(count == 1 ? "" : "s")" }

    private var verdict: String {
        let resumed = statistics.isResumed ? ", resumed," : ""
        return (statistics.isStopped ? "stopped" : "done") + resumed
    }

    private var batches: String {
        let done = Amount(statistics.batchesDone)
        guard let total = statistics.batchesTotal, total != statistics.batchesDone else {
            return "\(done) batch\(statistics.batchesDone == 1 ? "" : "es")"
        }
        return "\(done) of \(Amount(total)) batches"
    }

    private static func spoken(_ seconds: Double) -> String {
        if seconds < 60 {
            let hundredths = Int((seconds * 100).rounded())
            let cents = hundredths % 100
            return "\(hundredths / 100).\(cents < 10 ? "0" : "")\(cents) s"
        }
        return StopwatchTime(seconds: Int(seconds.rounded())).description
    }
}
