// SPDX-License-Identifier: Apache-2.0

import CartloadCompute
import CartloadCore
import Synchronization

/// Workers that give `{"n": …}` back, and are lost with some numbers.
final class SimulatedRunner: ServiceRunner {
    struct Log {
        var made = 0
        var stopped = 0
        var calls: [Int] = []
    }

    private final class Worker: ServiceWorker {
        private let runner: SimulatedRunner
        private let isLost = Atomic(false)
        init(_ runner: SimulatedRunner) { self.runner = runner }

        var isUsable: Bool { !isLost.load(ordering: .relaxed) }

        func run(_ call: ServiceCall) throws -> ServiceOutcome {
            precondition(isUsable, "a lost worker is not used again")
            runner.log.withLock { $0.calls.append(call.records.count) }
            var outputs: [String] = []
            var problems: [RecordProblem] = []
            for record in 0..<call.records.count {
                let number = try JSONValue(parsing: call.records[record])["n"]?.intValue ?? 0
                if runner.isLost(number) {
                    isLost.store(true, ordering: .relaxed)
                    throw WorkerLoss(.crashed, "lost with \(number)", answered: record)
                }
                outputs.append(#"{"n":\#(number)}"#)
                if number % 10 == 0 {
                    problems.append(RecordProblem(record: record, severity: .warning, message: "round \(number)"))
                }
            }
            return ServiceOutcome(
                outputs: Rows(outputs), problems: problems, times: outputs.map { Double($0.utf8.count) })
        }

        func stop() {
            isLost.store(true, ordering: .relaxed)
            runner.log.withLock { $0.stopped += 1 }
        }
    }

    let log = Mutex(Log())
    private let isLost: @Sendable (Int) -> Bool

    init(isLost: @escaping @Sendable (Int) -> Bool = { _ in false }) { self.isLost = isLost }

    func makeWorker() -> any ServiceWorker {
        log.withLock { $0.made += 1 }
        return Worker(self)
    }

    func service(_ version: String = "1", revision: String = "", limits: ServiceLimits = ServiceLimits()) -> Service {
        Service(
            serviceID: "s", versionID: version, folder: "f", name: "s", version: version, limits: limits,
            revision: revision, runner: self)
    }
}
