// SPDX-License-Identifier: Apache-2.0

import CartloadCompute
import CartloadCore
import Foundation
import Testing

@testable import CartloadServices

/// That workers leave nothing behind.
@Suite(.serialized) struct ChildTracesTests {
    private func open() throws -> Int {
        try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count
    }

    private func runs(_ process: Int32) -> Bool {
        guard let text = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8),
            let end = text.lastIndex(of: ")")
        else { return false }
        return text[text.index(after: end)...].first { !$0.isWhitespace } != "Z"
    }

    /// A worker that says its number, and that of a process that it has started.
    private let service = Script.python(
        """
        import subprocess
        other = subprocess.Popen(["sleep", "1000"])
        for line in sys.stdin:
            print(json.dumps({"own": os.getpid(), "other": other.pid}), flush=True)
        """)

    private func processes(_ outcome: ServiceOutcome) throws -> [Int32] {
        let value = try JSONValue(parsing: outcome.outputs[0])
        return [value["own"], value["other"]].compactMap { $0?.intValue.map(Int32.init) }
    }

    /// Waits until there are not many more descriptors than before. Tests beside this one open some too and close them again:
    /// only what a worker has left stays.
    private func descriptors(fallTo limit: Int) async throws -> Int {
        for _ in 0..<6000 where try open() > limit { try await Task.sleep(for: .milliseconds(40)) }
        return try open()
    }

    @Test func noChildAndNoDescriptorSurvivesItsWorker() async throws {
        let before = try open()
        var left: [Int32] = []
        for round in 0..<12 {
            let worker = try service.runner.makeWorker()
            left += try processes(try worker.run(Script.call(0..<1)))
            // Some are stopped, the others forgotten.
            if round % 2 == 0 { worker.stop() }
        }
        #expect(left.count == 24)
        for _ in 0..<10_000 where left.contains(where: runs) { usleep(1000) }
        #expect(!left.contains(where: runs))
        let after = try await descriptors(fallTo: before + 5)
        #expect(after <= before + 5, "\(before) descriptors before, \(after) after")
    }

    @Test func noChildSurvivesItsPool() throws {
        let pool = WorkerPool()
        let lease = try pool.take(service)
        var left = try processes(try lease.worker.run(Script.call(0..<1)))
        let other = try pool.take(service)
        left += try processes(try other.worker.run(Script.call(0..<1)))
        pool.giveBack(other)
        pool.stopAll()
        for _ in 0..<10_000 where left.contains(where: runs) { usleep(1000) }
        #expect(!left.contains(where: runs))
        pool.giveBack(lease)
    }

    @Test func manyLostWorkersLeaveNoDescriptor() async throws {
        let crashing = Script.shell("read line; kill -9 $$")
        let pool = WorkerPool()
        _ = try IsolatedRun(crashing, pool: pool).run(Script.call(0..<4))
        let before = try open()
        for _ in 0..<5 { _ = try IsolatedRun(crashing, pool: pool).run(Script.call(0..<4)) }
        #expect(try await descriptors(fallTo: before + 5) <= before + 5)
        #expect((pool.counts["1"]?.lost ?? 0) > 30)
    }
}
