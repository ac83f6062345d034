// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore

/// What is said at the end of a run.
struct BatchesRunSummary {
    let request: BatchesRunRequest
    let state: RunState
    let duration: Duration
    let isResumed: Bool
    let isDone: Bool
    /// Aggregations over the whole run: a row of names and one of values.
    let totals: JSONValue?
    var failure: (any Error)?
    let signal: Int32?

    private var counts: RunCounts { state.counts }

    /// Whether fewer records succeeded than was asked for.
    private var misses: Bool {
        guard isDone, let accuracy = request.accuracy, counts.records > 0 else { return false }
        return Double(counts.rejected) > (1 - accuracy) * Double(counts.records) + 1e-9
    }

    var status: ExitStatus {
        if let failure { return ExitStatus(of: failure) }
        if !isDone { return signal.map { .interrupted(by: $0) } ?? .failed }
        if misses { return .failed }
        return counts.rejected > 0 ? .doneWithRejects : .done
    }

    var text: String {
        let seconds = Double(duration.components.seconds) + Double(duration.components.attoseconds) / 1e18
        let resumed = isResumed ? ", resumed," : ""
        var lines = [
            "\(request.service): \(isDone ? "done" : "stopped")\(resumed) in \(BatchesRunSummary.spoken(seconds))"
        ]
        var read = BatchesRunSummary.records(counts.records)
        if seconds > 0, !isResumed { read += ", \(Amount(Int(Double(counts.records) / seconds))) records/s" }
        lines.append("  read      \(read)")
        lines.append("  written   \(BatchesRunSummary.records(counts.written)) to \(request.output)")
        if counts.rejected > 0 {
            let place = request.rejects.isEmpty ? "; --rejects FILE keeps them, and why" : ", in \(request.rejects)"
            lines.append("  rejected  \(BatchesRunSummary.records(counts.rejected))\(place)")
        }
        for (name, value) in namedTotals { lines.append("  summary   \(name) = \(value)") }
        if misses { lines.append("  More records failed than --accuracy allows.") }
        if let resuming { lines.append("  \(resuming)") }
        return lines.joined(separator: "\n")
    }

    /// How a run that has not come to its end goes on.
    var resuming: String? {
        guard !isDone else { return nil }
        if request.isStandardOutput { return "What went to standard output stays; a run into a file can be resumed." }
        guard let id = state.pipeline else { return nil }
        if request.interruption == .cancel, failure == nil {
            return "Pipeline \(id) is cancelled; the same command goes on from here with another one."
        }
        return "Pipeline \(id) goes on on the server; the same command goes on from here."
    }

    private var namedTotals: [(String, JSONValue)] {
        guard let table = totals?.arrayValue, table.count == 2, let names = table[0].arrayValue,
            let values = table[1].arrayValue
        else { return [] }
        return zip(names, values).map { ($0.stringValue ?? "", $1) }
    }

    func json(error: JSONValue?) -> JSONValue {
        let seconds = Double(duration.components.seconds) + Double(duration.components.attoseconds) / 1e18
        var object = JSONObject([
            ("status", .string(status.word)), ("service", .string(request.service)),
            ("pipeline", state.pipeline.map { .string($0) } ?? .null), ("resumed", .bool(isResumed)),
            ("records", .int(counts.records)), ("written", .int(counts.written)), ("rejected", .int(counts.rejected)),
            ("chunks", .int(counts.chunks)), ("output", .string(request.output)),
            (
                "rejects",
                counts.rejected > 0 && !request.rejects.isEmpty ? .string(request.rejects) : .null
            ), ("seconds", .double((seconds * 1000).rounded() / 1000)),
        ])
        if request.summary != nil { object["summary"] = .object(JSONObject(namedTotals)) }
        if let error { object["error"] = error }
        return .object(object)
    }

    private static func records(_ count: Int) -> String { "\(Amount(count)) record\(count == 1 ? "" : "s")" }

    private static func spoken(_ seconds: Double) -> String {
        guard seconds < 60 else { return StopwatchTime(seconds: Int(seconds.rounded())).description }
        let hundredths = Int((seconds * 100).rounded())
        return "\(hundredths / 100).\(hundredths % 100 < 10 ? "0" : "")\(hundredths % 100) s"
    }
}
