// SPDX-License-Identifier: Apache-2.0

internal import CartloadFlow

/// Shows how a run goes until it is cancelled: a live line on a terminal, otherwise a line every ten seconds.
struct ProgressDisplay {
    let console: Console
    let meter: RunMeter

    func show() async {
        let clock = ContinuousClock()
        let start = clock.now
        let interval: Duration = console.isLive ? .milliseconds(200) : .seconds(10)
        var rate = ProgressRate(window: console.isLive ? .seconds(5) : .seconds(10))
        rate.add(at: .zero, records: 0, bytes: 0)
        while true {
            do { try await clock.sleep(for: interval) } catch { break }
            let statistics = meter.snapshot
            let elapsed = clock.now - start
            rate.add(at: elapsed, records: statistics.recordsRead, bytes: statistics.bytesRead)
            let line = ProgressLine(statistics: statistics, elapsed: elapsed, rate: rate)
            if console.isLive {
                console.draw(line.text(width: console.width))
            } else {
                console.note(line.text())
            }
        }
        console.eraseLine()
    }
}
