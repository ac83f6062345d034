// SPDX-License-Identifier: Apache-2.0

/// The text of a line that says how a run goes; a pure function of how things stand.
struct BatchesProgressLine {
    var name: String
    var reading: BatchesMeter.Reading
    var elapsed: Duration
    var rate: ProgressRate

    /// `demo/double: 26,398 records, 13,199 records/s, 600 under way, 2 rejected, ETA 0:02`
    func text(width: Int? = nil) -> String {
        var parts = ["\(Amount(reading.counts.records)) records"]
        if let speed = rate.perSecond { parts.append("\(Amount(speed.records)) records/s") }
        if reading.underWay > 0 { parts.append("\(Amount(reading.underWay)) under way") }
        if reading.counts.rejected > 0 { parts.append("\(Amount(reading.counts.rejected)) rejected") }
        if let remaining { parts.append("ETA \(StopwatchTime(seconds: remaining))") }
        let line = "\(name): \(parts.joined(separator: ", "))"
        guard let width, line.count > width else { return line }
        return String(line.prefix(max(0, width - 1))) + "…"
    }

    /// Seconds to go, from the bytes of the input that are left; nil when nothing tells.
    private var remaining: Int? {
        guard let total = reading.totalBytes, elapsed >= .seconds(1), let speed = rate.perSecond, speed.bytes > 0 else {
            return nil
        }
        let left = (Double(max(0, total - reading.bytes)) / Double(speed.bytes)).rounded(.up)
        return left < 1e8 ? Int(left) : nil
    }
}

/// Shows how a run goes until it is cancelled: a live line on a terminal, otherwise a line every ten seconds.
struct BatchesProgressDisplay {
    let console: Console
    let meter: BatchesMeter

    func show() async {
        let clock = ContinuousClock()
        let start = clock.now
        let interval: Duration = console.isLive ? .milliseconds(200) : .seconds(10)
        var rate = ProgressRate(window: console.isLive ? .seconds(5) : .seconds(10))
        let first = meter.now
        rate.add(at: .zero, records: first.counts.records, bytes: first.bytes)
        while true {
            do { try await clock.sleep(for: interval) } catch { break }
            let reading = meter.now
            let elapsed = clock.now - start
            rate.add(at: elapsed, records: reading.counts.records, bytes: reading.bytes)
            let line = BatchesProgressLine(name: meter.name, reading: reading, elapsed: elapsed, rate: rate)
            if console.isLive { console.draw(line.text(width: console.width)) } else { console.note(line.text()) }
        }
        console.eraseLine()
    }
}
