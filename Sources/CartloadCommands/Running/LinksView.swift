// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore
internal import CartloadFlow

/// Shows what links are doing: a live table on a terminal, otherwise the table every minute.
struct LinksView {
    let planner: Planner
    let links: @Sendable () -> [String: ActiveLink]
    let console: Console

    func show() async {
        while true {
            do { try await ContinuousClock().sleep(for: console.isLive ? .milliseconds(500) : .seconds(60)) } catch {
                break
            }
            let table = LinksView.textTable(await planner.snapshot(), links())
            if console.isLive {
                // How often and when it ran can be done without sooner than how it is.
                console.draw(table.lines(width: max(20, console.width - 1), dropping: [2, 4, 6, 3]))
            } else {
                for line in table.lines { console.note(line) }
            }
        }
        console.eraseLine()
    }

    /// A line for each link, below a line of titles.
    static func table(_ statuses: [JobStatus], _ links: [String: ActiveLink]) -> [String] {
        textTable(statuses, links).lines
    }

    private static func textTable(_ statuses: [JobStatus], _ links: [String: ActiveLink]) -> TextTable {
        var rows = [["link", "state", "last", "next", "transfer", "records", "batches", "errors"]]
        for status in statuses {
            let statistics = links[status.name]?.meter.snapshot ?? RunStatistics(flow: status.name)
            rows.append([
                status.name, status.state.rawValue, time(status.lastStarted), time(status.nextScheduled),
                status.runCount == 0 ? "-" : String(status.runCount - 1), Amount(statistics.recordsRead).description,
                Amount(batches(statistics)).description, String(status.failureCount),
            ])
        }
        return TextTable(rows)
    }

    /// How many batches went to the outlets: those of the batchers, or else those of the source.
    private static func batches(_ statistics: RunStatistics) -> Int {
        let divided = statistics.streams.reduce(0) { $0 + $1.batchesDivided }
        return divided > 0 ? divided : statistics.batchesDone
    }

    /// `06:30:00`, in UTC; `-` for never.
    private static func time(_ instant: Instant?) -> String {
        guard let instant else { return "-" }
        return String(instant.description.dropFirst(11).prefix(8))
    }
}
