// SPDX-License-Identifier: Apache-2.0

import CartloadCore
import CartloadTesting
import Synchronization
import Testing

@testable import CartloadCompute

@Suite struct IsolatedRunTests {
    private func call(_ numbers: Range<Int>) -> ServiceCall {
        ServiceCall(records: Rows(numbers.map { #"{"n":\#($0)}"# }), timeout: .seconds(1))
    }

    @Test func theRecordsThatLoseTheirWorkersAreErrorsAndTheOthersAreComputed() throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        var random = SeededGenerator(seed: seed)
        for _ in 0..<50 {
            let count = Int.random(in: 1...120, using: &random)
            let bad = Set((0..<count).filter { _ in Int.random(in: 0..<20, using: &random) == 0 })
            let runner = SimulatedRunner { bad.contains($0) }
            let pool = WorkerPool()
            let run = IsolatedRun(
                runner.service(), pool: pool, options: .init(maximumRuns: 10_000))
            let result = try run.run(call(0..<count))
            #expect(result.outcome.outputs.count == count)
            for number in 0..<count {
                let output = result.outcome.outputs[number].text
                #expect(output == (bad.contains(number) ? "" : #"{"n":\#(number)}"#), "seed \(seed)")
            }
            let errors = result.outcome.problems.filter { $0.severity == .error }
            #expect(errors.map(\.record) == bad.sorted(), "seed \(seed)")
            #expect(errors.allSatisfy { $0.category == "worker_lost" && $0.message.hasPrefix("lost with") })
            let warned = result.outcome.problems.filter { $0.severity == .warning }.map(\.record)
            #expect(warned == (0..<count).filter { $0 % 10 == 0 && !bad.contains($0) }, "seed \(seed)")
            #expect(result.outcome.times?.count == count)
            #expect(result.retryCount == runner.log.withLock { $0.calls.count } - 1)
            #expect(result.retriedRecordCount == runner.log.withLock { $0.calls.dropFirst().reduce(0, +) })
            #expect(result.losses.count >= 2 * bad.count)
            let counts = try #require(pool.counts["1"])
            #expect(counts.lost == result.losses.count)
            #expect(counts.busy == 0)
        }
    }

    @Test func aWorkerLostOnceIsReplacedAndTheCallRunAgain() throws {
        let losses = Mutex(1)
        let runner = SimulatedRunner { number in
            number == 5
                && losses.withLock { left in
                    left -= 1
                    return left >= 0
                }
        }
        let result = try IsolatedRun(runner.service(), pool: WorkerPool()).run(call(0..<9))
        #expect(result.outcome.problems.filter { $0.severity == .error }.isEmpty)
        #expect(result.retryCount == 1)
        #expect(result.retriedRecordCount == 9)
        #expect(result.losses == [WorkerLoss(.crashed, "lost with 5", answered: 5)])
    }

    @Test func afterTooManyRunsTheRestIsNotComputedAndSaysSo() throws {
        let runner = SimulatedRunner { $0 >= 4 }
        let run = IsolatedRun(runner.service(), pool: WorkerPool(), options: .init(maximumRuns: 5))
        let result = try run.run(call(0..<16))
        let categories = result.outcome.problems.filter { $0.severity == .error }.map(\.category)
        #expect(runner.log.withLock { $0.calls.count } == 5)
        #expect(categories == ["worker_lost"] + Array(repeating: "not_computed", count: 11))
        #expect(result.outcome.problems.last?.message.contains("in 5 runs") == true)
        #expect(result.outcome.outputs[3].text == #"{"n":3}"#)
    }

    @Test func afterTooLongATimeTheRestIsNotComputedAndSaysSo() throws {
        let time = Mutex(Duration.zero)
        let runner = SimulatedRunner { number in
            time.withLock { $0 += .milliseconds(100) }
            return number == 7
        }
        let run = IsolatedRun(
            runner.service(), pool: WorkerPool(), options: .init(maximumTime: .seconds(1)),
            now: { time.withLock { $0 } })
        let result = try run.run(call(0..<16))
        let errors = result.outcome.problems.filter { $0.severity == .error }
        #expect(errors.count == 16)
        #expect(errors.allSatisfy { $0.category == "not_computed" && $0.message.contains("in 1.0 seconds") })
    }

    @Test func aCallThatWasCancelledRunsNoFurther() throws {
        let cancellation = RunCancellation()
        let runner = SimulatedRunner { number in
            if number == 3 { cancellation.cancel() }
            return number == 3
        }
        let pool = WorkerPool()
        #expect(throws: CancellationError.self) {
            try IsolatedRun(runner.service(), pool: pool).run(call(0..<9), cancellation: cancellation)
        }
        #expect(runner.log.withLock { $0.calls.count } == 1)
        #expect(pool.counts["1"]?.busy == 0)
    }

    @Test func aWorkerThatCannotStartIsAnErrorOfTheCallAndKeepsNoPlace() throws {
        struct Broken: ServiceRunner {
            func makeWorker() throws -> any ServiceWorker { throw CartloadError(.workersBusy, "no") }
        }
        let pool = WorkerPool(options: .init(maximumWorkers: 1))
        let service = Service(
            serviceID: "s", versionID: "1", folder: "f", name: "s", version: "1", runner: Broken())
        for _ in 0..<3 {
            #expect(throws: CartloadError.self) { try IsolatedRun(service, pool: pool).run(call(0..<2)) }
        }
        #expect(pool.counts["1"]?.busy == 0)
    }

    @Test func aWorkerThatGivesAnotherCountOfOutputsIsOutOfStep() throws {
        let service = Service(
            serviceID: "s", versionID: "1", folder: "f", name: "s", version: "1",
            runner: ClosureRunner(records: { call in
                ServiceOutcome(outputs: call.records.count == 1 ? call.records : Rows(["{}"]))
            }))
        let result = try IsolatedRun(service, pool: WorkerPool()).run(call(0..<4))
        #expect(result.losses.first?.message == "1 outputs were given for 4 records")
        #expect((0..<4).map { result.outcome.outputs[$0].text } == (0..<4).map { #"{"n":\#($0)}"# })
    }

    @Test(arguments: [true, false]) func aPartOfRowsIsTheSameRecords(isLineFed: Bool) {
        let all = Rows((0..<9).map { #"{"n":\#($0)}"# })
        let rows = Rows(bytes: all.bytes, places: all.places, isLineFed: isLineFed)
        for start in 0...9 {
            for end in start...9 {
                let part = rows.part(start..<end)
                #expect((0..<part.count).map { part[$0].text } == (start..<end).map { #"{"n":\#($0)}"# })
                if part.isLineFed {
                    #expect(part.bytes.text == (start..<end).map { "{\"n\":\($0)}\n" }.joined())
                }
            }
        }
    }
}
