// SPDX-License-Identifier: Apache-2.0

internal import CartloadAPI
internal import CartloadCore

/// Pipelines as a table for a screen.
struct WatchTable {
    let lines: [WatchLine]

    private static let titles = [
        "pipeline", "service", "state", "progress", "records", "records/s", "ETA", "failed", "to pull", "input",
        "output",
        "workers",
    ]
    private static let numbers: Set<Int> = [4, 5, 6, 7, 8, 9, 10, 11]
    /// What can be done without on a narrow screen, first of all the buffers.
    private static let order = [10, 9, 8, 1, 11, 4, 5, 7, 6]

    /// Whole ids and a wide bar where there is room; otherwise their beginnings, and at last the percentage alone.
    func lines(width: Int) -> [String] {
        let wide = table(idLength: 36, barWidth: 20).lines
        if wide.allSatisfy({ $0.count <= width }) { return wide }
        let narrow = table(idLength: 8, barWidth: width < 50 ? 0 : 10)
        return narrow.lines(width: width, dropping: WatchTable.order)
    }

    private func table(idLength: Int, barWidth: Int) -> TextTable {
        let rows = lines.map { line in
            let status = line.reading.status
            return [
                String(line.reading.id.prefix(idLength)), line.reading.service, status.batchStatus,
                "\(ProgressBar(width: barWidth, done: status.recordsCompleted, total: status.recordsSubmitted))",
                "\(Amount(status.recordsCompleted))/\(Amount(status.recordsSubmitted))",
                line.speed.map { "\(Amount($0))" } ?? "-",
                line.remaining.map { "\(StopwatchTime(seconds: $0))" } ?? "-",
                "\(Amount(line.reading.failedRecords))", "\(Amount(status.chunksAvailable))",
                WatchTable.share(status.inputBufferUsedBytes, status.inputBufferRemainingBytes),
                WatchTable.share(status.outputBufferUsedBytes, status.outputBufferRemainingBytes),
                "\(Amount(status.workersInUse))",
            ]
        }
        return TextTable([WatchTable.titles] + rows, numbers: WatchTable.numbers)
    }

    /// How full a buffer is.
    private static func share(_ used: Int, _ free: Int) -> String {
        used + free > 0 ? "\(ByteSize(used)) \(used * 100 / (used + free))%" : "-"
    }
}
