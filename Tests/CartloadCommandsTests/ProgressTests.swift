// SPDX-License-Identifier: Apache-2.0

import CartloadCore
import CartloadFlow
import TestSupport
import Testing

@testable import CartloadCommands

@Suite struct ProgressTests {
    private func statistics(_ change: (inout RunStatistics) -> Void) -> RunStatistics {
        var statistics = RunStatistics(flow: "flights")
        change(&statistics)
        return statistics
    }

    private func rate(_ samples: [(seconds: Int, records: Int, bytes: Int)]) -> ProgressRate {
        var rate = ProgressRate()
        for sample in samples { rate.add(at: .seconds(sample.seconds), records: sample.records, bytes: sample.bytes) }
        return rate
    }

    @Test func linesAreGolden() {
        let start = statistics { $0[stream: "a"].bytesTotal = 6_000_000 }
        let middle = statistics {
            $0[stream: "a"].recordsRead = 26_398
            $0[stream: "a"].bytesRead = 1_500_000
            $0[stream: "a"].bytesTotal = 6_000_000
            $0[stream: "a"].batchesDone = 14
            $0[stream: "a"].batchesTotal = 31
            $0[stream: "a"].recordsRejected = 2
        }
        let unknown = statistics {
            $0[stream: "a"].recordsRead = 1_234_567
            $0[stream: "a"].bytesRead = 987_654_321
            $0[stream: "a"].batchesDone = 3
        }
        let byBatches = statistics {
            $0[stream: "a"].batchesDone = 1
            $0[stream: "a"].batchesTotal = 7201
        }
        let fast = rate([(0, 0, 0), (2, 26_398, 1_500_000)])
        let lines = [
            ProgressLine(statistics: start, elapsed: .zero, rate: rate([(0, 0, 0)])).text(),
            ProgressLine(statistics: middle, elapsed: .seconds(2), rate: fast).text(),
            ProgressLine(statistics: middle, elapsed: .seconds(2), rate: fast).text(width: 60),
            ProgressLine(statistics: unknown, elapsed: .seconds(100), rate: rate([(0, 0, 0), (100, 1_234_567, 0)]))
                .text(),
            ProgressLine(statistics: byBatches, elapsed: .seconds(1), rate: rate([])).text(),
            ProgressLine(statistics: byBatches, elapsed: .milliseconds(1), rate: rate([])).text(),
        ]
        Golden.expect(lines.joined(separator: "\n") + "\n", is: "progress.txt")
    }

    @Test func theRateForgetsWhatIsLongAgo() {
        let rate = rate([(0, 0, 0), (1, 1000, 0), (60, 1000, 0), (61, 1010, 0), (66, 1060, 0)])
        #expect(rate.perSecond?.records == 10)
    }

    @Test func summariesAreGolden() {
        let done = statistics {
            $0.duration = .milliseconds(1234)
            $0[stream: "a"].recordsRead = 336_776
            $0[stream: "a"].bytesRead = 6_000_000
            $0[stream: "a"].batchesDone = 365
            $0[stream: "a"].batchesTotal = 365
            $0[stream: "a"].recordsDropped = 8255
            $0[stream: "a"].recordsRejected = 3
            $0[destination: "sqlite:flights.db#flights"].recordsWritten = 328_518
            $0[destination: "sqlite:flights.db#flights"].bytesWritten = 41_000_000
            $0[destination: "out/{key}-{n}.jsonl.gz"].recordsWritten = 328_518
            $0[destination: "out/{key}-{n}.jsonl.gz"].filesWritten = 16
            $0.rejectFile = "rejects.jsonl"
            $0.warnings = [CartloadError.Code("schema.widened"): 3]
        }
        let stopped = statistics {
            $0.duration = .seconds(3725)
            $0[stream: "a"].recordsRead = 10
            $0[stream: "a"].batchesDone = 1
            $0[stream: "a"].batchesTotal = 9
            $0.isStopped = true
            $0.isResumed = true
        }
        let text = [done, stopped].map { RunSummary(statistics: $0).text + "\n" }.joined(separator: "\n")
        Golden.expect(text + "\n" + done.json.pretty() + "\n", is: "summary.txt")
    }

    @Test(arguments: [(0, "0"), (999, "999"), (1000, "1,000"), (-1_234_567, "-1,234,567")])
    func amountsHaveTheirThousandsApart(value: Int, text: String) {
        #expect(Amount(value).description == text)
    }

    @Test(arguments: [(0, "0:00"), (61, "1:01"), (3600, "1:00:00"), (3725, "1:02:05")])
    func spansReadAsOnAStopwatch(seconds: Int, text: String) {
        #expect(StopwatchTime(seconds: seconds).description == text)
    }
}

@Suite struct LinksViewTests {
    @Test func aTableShowsEachLink() async throws {
        let schedule = try Schedule(.manual)
        let link = ActiveLink(Link("orders", inlets: [], outlets: []))
        link.meter.update { statistics in
            statistics[stream: "orders"].recordsRead = 1_234_567
            statistics[stream: "orders"].batchesDone = 12
        }
        let planner = try Planner([
            LinkJob(link, schedule: schedule), LinkJob(Link("a", inlets: [], outlets: []), schedule: schedule),
        ])
        let lines = LinksView.table(await planner.snapshot(), ["orders": link])
        #expect(
            lines == [
                "link    state    last  next  transfer  records    batches  errors",
                "orders  waiting  -     -     -         1,234,567  12       0",
                "a       waiting  -     -     -         0          0        0",
            ])
    }
}
