// SPDX-License-Identifier: Apache-2.0

internal import CartloadAPI
internal import CartloadClient
internal import CartloadCore
internal import CartloadFlow

/// Asks the server again and again, and shows what is new.
struct BatchesWatch {
    let batches: Batches
    /// nil for all.
    let id: String?
    let limit: Duration?
    let isJSON: Bool
    let context: CommandContext

    /// How many pipelines are asked for their buffers and workers each time (I7); of the others the sums are shown.
    private static let maximumStatuses = 32

    func run() async throws -> ExitStatus {
        let stop = StopRequest()
        let signal = context.watchSignals(stop)
        let clock = ContinuousClock()
        let start = clock.now
        let console = context.console
        let isLive = console.isLive && console.isOutputTerminal && !isJSON
        var board = WatchBoard()
        while true {
            for reading in try await readings(board) { board.note(reading, at: clock.now - start) }
            let elapsed = clock.now - start
            let isLast = board.isOver || stop.isRequested || limit.map { elapsed >= $0 } ?? false
            if isLive, !isLast {
                console.draw(board.table(width: max(20, console.width - 1), height: console.height))
            } else {
                for line in board.changes(at: elapsed, isLast: isLast) { try show(line) }
            }
            if isLast {
                if board.isEmpty, !isJSON { console.note("There are no pipelines in progress.") }
                if let number = signal() { return .interrupted(by: number) }
                return board.hasFailed ? .failed : .done
            }
            try await clock.sleep(for: .milliseconds(id == nil ? 500 : 200))
        }
    }

    private func show(_ line: WatchLine) throws {
        if isJSON { return try context.console.print(line.json) }
        try context.console.print((id == nil ? "\(line.reading.id) \(line.reading.service) " : "") + line.text + "\n")
    }

    private func readings(_ board: WatchBoard) async throws -> [WatchReading] {
        if let id {
            let pipeline = batches.of(id)
            // A server that does not wait is asked again after a while.
            let status = try await pipeline.getStatus(wait: board.isEmpty ? nil : .milliseconds(500))
            return [WatchReading(try await pipeline.getInfo(), status)]
        }
        let list = try await batches.describe()
        var readings: [WatchReading] = []
        for (number, info) in list.inProgress.enumerated() {
            let status = number < BatchesWatch.maximumStatuses ? try await status(info.id) : nil
            readings.append(WatchReading(info, status))
        }
        // Those that have ended before are no news.
        let running = Set(board.runningIDs)
        for info in list.recent where running.contains(info.id) {
            readings.append(WatchReading(info, try await status(info.id)))
        }
        // What is in neither list any more was forgotten: it is over, however it was.
        return readings + board.forgotten(running.subtracting(readings.map(\.id)))
    }

    /// nil for a pipeline that is gone by now.
    private func status(_ id: String) async throws -> PipelineStatus? {
        do {
            return try await batches.of(id).getStatus()
        } catch let error as BatchesError where error.kind == .notFound {
            return nil
        }
    }
}
