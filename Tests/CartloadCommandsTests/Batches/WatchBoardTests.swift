// SPDX-License-Identifier: Apache-2.0

import CartloadAPI
import CartloadCore
import TestSupport
import Testing

@testable import CartloadCommands

@Suite struct WatchBoardTests {
    private func reading(
        _ number: Int, _ state: String, _ completed: Int, of submitted: Int, failed: Int = 0,
        service: String = "demo/double[1.0.0]"
    ) -> WatchReading {
        WatchReading(
            id: "\(number)f8a0c11-7d2e-4c35-9a44-1b7c0e5d2f6a", service: service, failedRecords: failed,
            status: PipelineStatus(
                responseTimestamp: "2026-01-01T00:00:00.000Z", requestTimestamp: "2026-01-01T00:00:00.000Z",
                batchStatus: state, pipelineStatus: "active", chunksAvailable: completed / 1000,
                chunksSubmitted: submitted / 100, recordsSubmitted: submitted, chunksCompleted: completed / 100,
                recordsCompleted: completed, computeTimeMilliseconds: 10, inputBufferUsedBytes: submitted - completed,
                inputBufferRemainingBytes: 70_000_000 - submitted + completed, outputBufferUsedBytes: completed * 100,
                outputBufferRemainingBytes: 80_000_000 - completed * 100, workersInUse: state == "in_progress" ? 2 : 0,
                recordsAvailable: completed / 10))
    }

    private var board: WatchBoard {
        var board = WatchBoard()
        board.note(reading(1, "in_progress", 0, of: 100_000), at: .zero)
        board.note(reading(2, "completed", 300, of: 300, service: "prices/discount[0.4.2]"), at: .zero)
        board.note(reading(1, "in_progress", 42_000, of: 100_000, failed: 17), at: .seconds(4))
        board.note(reading(3, "created", 0, of: 0), at: .seconds(4))
        board.note(reading(4, "failed", 99_999, of: 100_000, failed: 99_000), at: .seconds(4))
        return board
    }

    @Test func tablesAreGoldenAtEveryWidth() {
        let texts = [220, 160, 120, 100, 80, 60, 40, 20].map { width in
            "\(width) columns\n" + board.table(width: width).map { $0 + "\n" }.joined()
        }
        Golden.expect(texts.joined(separator: "\n"), is: "watch.txt")
    }

    @Test(arguments: [200, 120, 80, 61, 40, 33, 20, 10])
    func noLineIsWiderThanTheScreen(width: Int) {
        #expect(board.table(width: width).allSatisfy { $0.count <= width })
    }

    @Test func aLowScreenShowsThoseThatRunAndHowManyMoreThereAre() {
        let lines = board.table(width: 80, height: 5)
        #expect(lines.count == 4)
        #expect(lines[1].hasPrefix("1f8a0c11") && lines[2].hasPrefix("3f8a0c11"))
        #expect(lines[3] == "and 2 more")
    }

    @Test func eachChangeIsToldOnceAndNumbersAtMostOnceASecond() {
        var board = WatchBoard()
        func told(_ reading: WatchReading, at milliseconds: Int, isLast: Bool = false) -> [String] {
            board.note(reading, at: .milliseconds(milliseconds))
            return board.changes(at: .milliseconds(milliseconds), isLast: isLast).map(\.reading.status.batchStatus)
        }
        #expect(told(reading(1, "created", 0, of: 0), at: 0) == ["created"])
        #expect(told(reading(1, "created", 0, of: 0), at: 5000) == [])
        #expect(told(reading(1, "in_progress", 0, of: 100), at: 5200) == ["in_progress"])
        #expect(told(reading(1, "in_progress", 10, of: 100), at: 5400) == [])
        #expect(told(reading(1, "in_progress", 20, of: 100), at: 6200) == ["in_progress"])
        #expect(told(reading(1, "in_progress", 30, of: 100), at: 6300) == [])
        #expect(told(reading(1, "closed", 30, of: 100), at: 6400) == ["closed"])
        #expect(told(reading(1, "completed", 100, of: 100), at: 6500) == ["completed"])
        #expect(told(reading(1, "completed", 100, of: 100), at: 9000, isLast: true) == [])
        #expect(board.isOver && !board.hasFailed)
        #expect(told(reading(2, "cancelled", 0, of: 100), at: 9100) == ["cancelled"])
        #expect(board.hasFailed)
    }

    @Test func aChangeIsOneObject() {
        var board = WatchBoard()
        board.note(reading(1, "in_progress", 0, of: 1000), at: .zero)
        board.note(reading(1, "in_progress", 500, of: 1000, failed: 1), at: .seconds(2))
        let json = board.changes(at: .seconds(2)).first?.json
        #expect(json?["id"]?.stringValue?.hasPrefix("1f8a0c11") == true)
        #expect(json?["batch_status"]?.stringValue == "in_progress")
        #expect(json?["records_failed"]?.intValue == 1)
        #expect(json?["records_per_second"]?.intValue == 250)
        #expect(json?["eta_seconds"]?.intValue == 2)
    }

    @Test func whatTheServerHasForgottenIsOver() {
        var board = WatchBoard()
        board.note(reading(1, "in_progress", 0, of: 1000), at: .zero)
        for reading in board.forgotten(Set(board.runningIDs)) { board.note(reading, at: .seconds(1)) }
        #expect(board.isOver)
        #expect(board.runningIDs == [])
    }

    @Test(arguments: [
        (0, 0, "░░░░░    -"), (0, 10, "░░░░░   0%"), (5, 10, "██░░░  50%"), (999, 1000, "████░  99%"),
        (10, 10, "█████ 100%"),
        (11, 10, "█████ 100%"),
    ])
    func barsAreFullOnlyWhenAllIsDone(done: Int, total: Int, text: String) {
        #expect(ProgressBar(width: 5, done: done, total: total).description == text)
    }
}
