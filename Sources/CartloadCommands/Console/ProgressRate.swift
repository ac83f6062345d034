// SPDX-License-Identifier: Apache-2.0

/// How fast a run goes: the mean over the last few seconds, so that the number is neither stale nor nervous.
struct ProgressRate {
    private struct Sample {
        var time: Duration
        var records: Int
        var bytes: Int
    }

    private let window: Duration
    private var samples: [Sample] = []

    init(window: Duration = .seconds(5)) { self.window = window }

    /// Notes how far the run is at a time.
    mutating func add(at time: Duration, records: Int, bytes: Int) {
        samples.append(Sample(time: time, records: records, bytes: bytes))
        // The newest sample that is older than the window stays as the window's edge.
        while samples.count > 2, samples[1].time <= time - window { samples.removeFirst() }
    }

    /// Records and bytes a second; nil before there is anything to compare.
    var perSecond: (records: Int, bytes: Int)? {
        guard let first = samples.first, let last = samples.last, last.time > first.time else { return nil }
        let span = last.time - first.time
        let seconds = Double(span.components.seconds) + Double(span.components.attoseconds) / 1e18
        return (Int(Double(last.records - first.records) / seconds), Int(Double(last.bytes - first.bytes) / seconds))
    }
}
