// SPDX-License-Identifier: Apache-2.0

import CartloadCore
import CartloadFlow
import Glibc
import Synchronization

/// Does nothing, and notes how late it was.
final class BenchmarkJob: PlannerJob {
    let name: String
    let schedule: Schedule
    let fingerprint = ""
    private let onRun: @Sendable (Occasion) -> Void

    init(_ name: String, _ schedule: Schedule, onRun: @escaping @Sendable (Occasion) -> Void = { _ in }) {
        self.name = name
        self.schedule = schedule
        self.onRun = onRun
    }

    func run(_ occasion: Occasion) async throws { onRun(occasion) }
}

/// What idle jobs cost, and how late runs begin: `swift run -c release --package-path Benchmarks/Planner`.
@main struct PlannerBenchmark {
    static func main() async throws {
        let before = memory()
        print("memory without jobs: \(before.rounded(1)) MB")
        try await idle(10_000, seconds: 20, before)
        for (name, store) in [("memory", nil), ("SQLite", "planner-benchmark")] {
            try await punctuality(name, directory: store, seconds: 20)
        }
    }

    static func idle(_ count: Int, seconds: Int, _ before: Double) async throws {
        let berlin = try TimeZoneRules("Europe/Berlin")
        let nightly = try CronExpression("0 3 29 2 *")
        let jobs = try (0..<count).map { number in
            BenchmarkJob(
                "job-\(number)",
                try number % 2 == 0
                    ? Schedule(.interval(.seconds(86_400 + number))) : Schedule(.cron(nightly, berlin)))
        }
        let planner = try Planner(jobs)
        try await planner.start()
        let began = cpu()
        try await Task.sleep(for: .seconds(seconds))
        let used = (cpu() - began) / Double(seconds) * 100
        print("\(count) idle jobs: \((memory() - before).rounded(1)) MB, \(used.rounded(3)) % of a core")
        let start = RunClock.system.now()
        _ = await planner.snapshot()
        print("snapshot of \(count) jobs: \(RunClock.system.now() - start)")
        await planner.stop()
    }

    static func punctuality(_ name: String, directory: String?, seconds: Int) async throws {
        let lateness = LatenessList()
        let schedules = try [
            Schedule(.interval(.milliseconds(20))), Schedule(.interval(.milliseconds(70))),
            Schedule(.interval(.milliseconds(990))), Schedule(.cron(try CronExpression("* * * * * *"), .utc)),
        ]
        let jobs = schedules.enumerated().map { number, schedule in
            BenchmarkJob("job-\(number)", schedule) { lateness.note($0.scheduledAt) }
        }
        // A new folder each time: times that were missed since the last measurement are none of this.
        let folder = directory.map { ".build/\($0)-\(getpid())" }
        defer {
            for file in ["planner.db", "planner.db-wal", "planner.db-shm", ""] {
                if let folder { remove("\(folder)/\(file)") }
            }
        }
        let store: any PlannerStore = try folder.map { try SQLitePlannerStore(directory: $0) } ?? MemoryPlannerStore()
        let planner = try Planner(jobs, store: store)
        try await planner.start()
        try await Task.sleep(for: .seconds(seconds))
        await planner.stop()
        let statuses = await planner.snapshot()
        let left = statuses.reduce(0) { $0 + $1.skippedCount + $1.missedCount }
        print("\(name): \(lateness.text), \(left) left out")
    }

    /// Resident memory in MB.
    static func memory() -> Double {
        var size = 0
        var resident = 0
        guard let file = fopen("/proc/self/statm", "r") else { return 0 }
        defer { fclose(file) }
        _ = withUnsafeMutablePointer(to: &size) { size in
            withUnsafeMutablePointer(to: &resident) { resident in
                withVaList([size, resident]) { vfscanf(file, "%ld %ld", $0) }
            }
        }
        return Double(resident) * 4096 / 1e6
    }

    /// Processor seconds of this process.
    static func cpu() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}

/// How late runs began.
final class LatenessList: Sendable {
    private let microseconds = Mutex<[Int64]>([])

    func note(_ scheduled: Instant) {
        let late = Instant.now().microseconds - scheduled.microseconds
        microseconds.withLock { $0.append(late) }
    }

    var text: String {
        let sorted = microseconds.withLock { $0.sorted() }
        guard let last = sorted.last else { return "no runs" }
        func part(_ share: Double) -> Double { Double(sorted[Int(Double(sorted.count - 1) * share)]) / 1000 }
        return
            "\(sorted.count) runs began \(part(0.5)) ms (half), \(part(0.99)) ms (99 %), \(Double(last) / 1000) ms (all) late"
    }
}

extension Double {
    func rounded(_ digits: Int) -> Double {
        let factor = pow(10, Double(digits))
        return (self * factor).rounded() / factor
    }
}
