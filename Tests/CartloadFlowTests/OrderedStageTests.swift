// SPDX-License-Identifier: Apache-2.0

import CartloadFlow
import CartloadTesting
import Testing

@Suite struct OrderedStageTests {
    private struct Broken: Error, Equatable { let number: Int }

    /// Submits 0..<count, works with several tasks, and gives back what comes out.
    private func run(
        _ count: Int, limit: Int, workers: Int, failing: Int? = nil, end: Broken? = nil,
        work: @escaping @Sendable (Int) async -> Void = { _ in }
    ) async -> (outputs: [Int], failure: Broken?) {
        let stage = OrderedStage<Int, Int>(limit: limit)
        return await withTaskGroup(of: Void.self) { group in
            group.addTask {
                for number in 0..<count { do { try await stage.submit(number) } catch { return } }
                stage.finish(throwing: end)
            }
            for _ in 0..<workers {
                group.addTask {
                    await stage.work { number in
                        await work(number)
                        if number == failing { throw Broken(number: number) }
                        return number * 2
                    }
                }
            }
            var outputs: [Int] = []
            do {
                while let output = try await stage.next() {
                    outputs.append(output)
                    stage.release()
                }
                return (outputs, nil)
            } catch {
                stage.cancel()
                return (outputs, error as? Broken)
            }
        }
    }

    @Test(arguments: [1, 2, 7, 100], [1, 2, 9])
    func resultsComeInTheOrderOfTheWork(limit: Int, workers: Int) async {
        for seed in 1...3 as ClosedRange<UInt64> {
            let result = await run(300, limit: limit, workers: workers) { number in
                var random = SeededGenerator(seed: seed &* 1000 &+ UInt64(number))
                for _ in 0..<random.next() % 8 { await Task.yield() }
            }
            #expect(result.outputs == (0..<300).map { $0 * 2 }, "seed \(seed)")
            #expect(result.failure == nil)
        }
    }

    @Test func noMoreThanTheLimitIsInFlight() async {
        let current = Shared((inFlight: 0, most: 0))
        let stage = OrderedStage<Int, Int>(limit: 3)
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                for number in 0..<100 {
                    do { try await stage.submit(number) } catch { return }
                    current.withLock {
                        $0.inFlight += 1
                        $0.most = max($0.most, $0.inFlight)
                    }
                }
                stage.finish()
            }
            for _ in 0..<8 { group.addTask { await stage.work { $0 } } }
            while let _ = try? await stage.next() {
                current.withLock { $0.inFlight -= 1 }
                stage.release()
            }
        }
        #expect(current.withLock { $0.most } <= 4)  // three, and one that counts itself after its submission
    }

    @Test(arguments: [0, 1, 50, 99]) func anErrorComesInItsPlace(failing: Int) async {
        let result = await run(100, limit: 10, workers: 4, failing: failing)
        #expect(result.outputs == (0..<failing).map { $0 * 2 })
        #expect(result.failure == Broken(number: failing))
    }

    @Test func aFailureOfTheSubmitterComesAfterEverythingBeforeIt() async {
        let result = await run(20, limit: 3, workers: 3, end: Broken(number: -1))
        #expect(result.outputs.count == 20)
        #expect(result.failure == Broken(number: -1))
    }

    @Test func nothingAtAllIsAnEnd() async {
        #expect(await run(0, limit: 1, workers: 3).outputs.isEmpty)
    }

    @Test func cancellingLetsEveryoneGo() async {
        let stage = OrderedStage<Int, Int>(limit: 1)
        await withTaskGroup(of: Bool.self) { group in
            group.addTask {
                do {
                    while true { try await stage.submit(1) }
                } catch { return error is CancellationError }
            }
            group.addTask {
                await stage.work { $0 }
                return true
            }
            group.addTask {
                do {
                    _ = try await stage.next()  // and never released
                    _ = try await stage.next()
                    return true
                } catch { return error is CancellationError }
            }
            await Task.yield()
            stage.cancel()
            for await isRight in group { #expect(isRight) }
        }
    }

    @Test func aChannelKeepsOrderAndItsBound() async throws {
        let channel = BoundedChannel<Int>(capacity: 2)
        let sent = Shared(0)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                for number in 0..<500 {
                    try await channel.send(number)
                    sent.withLock { $0 += 1 }
                }
                channel.finish(throwing: Broken(number: 500))
            }
            for number in 0..<500 {
                #expect(try await channel.next() == number)
                #expect(sent.withLock { $0 } <= number + 3)
            }
            await #expect(throws: Broken(number: 500)) { try await channel.next() }
            try await group.waitForAll()
        }
    }

    @Test func aChannelWhoseConsumerIsGoneRefuses() async throws {
        let channel = BoundedChannel<Int>(capacity: 1)
        try await channel.send(1)
        let blocked = Task { try await channel.send(2) }
        await Task.yield()
        channel.finish()
        await #expect(throws: CancellationError.self) { try await blocked.value }
        await #expect(throws: CancellationError.self) { try await channel.send(3) }
        #expect(try await channel.next() == 1)
        #expect(try await channel.next() == nil)
    }

    @Test func aThreadOfItsOwnRunsTheWholeBody() async throws {
        let names = try await withThrowingTaskGroup(of: Int.self) { group in
            for number in 0..<20 {
                group.addTask {
                    try await ThreadExecutor.run {
                        await Task.yield()
                        return number
                    }
                }
            }
            return try await group.reduce(into: Set<Int>()) { $0.insert($1) }
        }
        #expect(names == Set(0..<20))
        await #expect(throws: Broken(number: 1)) {
            try await ThreadExecutor.run { () async throws -> Int in throw Broken(number: 1) }
        }
    }
}
