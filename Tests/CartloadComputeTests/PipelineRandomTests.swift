// SPDX-License-Identifier: Apache-2.0

import CartloadCore
import CartloadTesting
import Testing

@testable import CartloadCompute

/// Random events, some of which the store cannot take: counts and buffers always add up, and in the end each chunk that was
/// accepted has been delivered or dropped, in the order of its results.
@Suite struct PipelineRandomTests {
    struct Walk {
        var trial: PipelineTrial
        var random: SeededGenerator
        /// What is under way to the store: accepted, finished and released, in that order of commits.
        var pushes: [(new: [Int], changes: [StoreChange])] = []
        var running: [Int] = []
        var results: [Int: [StoreChange]] = [:]
        var deliveries: [[Int]] = []
        var leases: [String] = []
        var made = 0

        mutating func below(_ count: Int) -> Int { Int.random(in: 0..<count, using: &random) }

        mutating func step() throws {
            switch below(15) {
            case 0, 1:
                made += 1
                let again = below(4) == 0 ? "c\(below(made))" : "c\(made)"
                let chunk = try PipelineTrial.chunk(again, records: below(4), bytes: below(300))
                if let taken = try? trial.accept([chunk], room: 2000), !taken.new.isEmpty {
                    pushes.append((taken.new, taken.changes))
                }
            case 2, 3: answerPush(isDurable: below(5) > 0)
            case 4, 5: if let next = trial.machine.start() { running.append(next) }
            case 6:
                guard !running.isEmpty else { return }
                let sequence = running.remove(at: below(running.count))
                let changes = trial.finish(sequence, bytes: 10 + below(50), failed: below(2))
                if !changes.isEmpty { results[sequence] = changes }
            case 7:
                guard !running.isEmpty else { return }
                let sequence = running.remove(at: below(running.count))
                trial.machine.giveBack(sequence, until: trial.now.monotonic + .seconds(1))
            case 8, 9: answerResult()
            case 10:
                if let taken = try? trial.take(1 + below(3)), !taken.isEmpty {
                    var changes: [StoreChange] = []
                    trial.machine.release(taken, &changes)
                    deliveries.append(taken)
                }
            case 11: answerDelivery(isDurable: below(3) > 0)
            case 12:
                made += 1
                if let taken = try? trial.lease(1 + below(3), as: "l\(made)", for: .seconds(below(5))), !taken.isEmpty {
                    leases.append("l\(made)")
                }
            case 13: acknowledge()
            default:
                trial.advance(.milliseconds(below(2000)))
                trial.tick()
            }
        }

        mutating func answerPush(isDurable: Bool) {
            guard !pushes.isEmpty else { return }
            let push = pushes.removeFirst()
            guard isDurable else { return trial.machine.withdraw(push.new) }
            trial.commit(push.changes)
            trial.machine.accepted(push.new, now: trial.now)
            guard trial.machine.state == .cancelled else { return }
            var changes: [StoreChange] = []
            trial.machine.dropLate(push.new, &changes)
            trial.commit(changes)
        }

        mutating func answerResult() {
            guard let sequence = results.keys.sorted().first, let changes = results.removeValue(forKey: sequence) else {
                return
            }
            trial.commit(changes)
            trial.stored(sequence)
        }

        mutating func answerDelivery(isDurable: Bool) {
            guard !deliveries.isEmpty else { return }
            let sequences = deliveries.removeFirst()
            if isDurable { trial.release(sequences) } else { trial.machine.putBack(sequences) }
        }

        mutating func acknowledge() {
            if below(2) == 0, !leases.isEmpty {
                let id = leases.remove(at: below(leases.count))
                if let sequences = try? trial.machine.endLease(id) { deliveries.append(sequences) }
            } else {
                let ids = (0..<3).map { _ in "c\(below(made + 1))" }
                let named = leases.filter { _ in below(2) == 0 }
                guard let sequences = try? trial.machine.acknowledged(ids, under: named) else { return }
                deliveries.append(sequences)
            }
            var changes: [StoreChange] = []
            if let last = deliveries.last { trial.machine.release(last, &changes) }
        }

        /// Lets all that is under way come to its end.
        mutating func finishAll() throws {
            while !pushes.isEmpty { answerPush(isDurable: true) }
            for round in 0..<10_000 {
                trial.advance(.seconds(5))
                trial.tick()
                for sequence in running {
                    let changes = trial.finish(sequence)
                    if !changes.isEmpty { results[sequence] = changes }
                }
                running = []
                while !results.isEmpty { answerResult() }
                while !deliveries.isEmpty { answerDelivery(isDurable: true) }
                trial.run()
                _ = try? trial.pull()
                let open = trial.machine.slots.contains { ![.delivered, .dropped, .void].contains($0.phase) }
                if !open { return }
                if round == 9999 { Issue.record("it does not come to an end: \(trial.phases())") }
            }
        }
    }

    @Test(arguments: 0..<150)
    func whateverHappensItAddsUp(run: Int) throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        var walk = Walk(
            trial: PipelineTrial(PipelineConfiguration(initialWorkers: 2, maximumWorkers: 4, outputBytes: 200)),
            random: SeededGenerator(seed: seed))
        for step in 0..<400 {
            let before = walk.trial.phases()
            try walk.step()
            if walk.trial.faults != [] {
                Issue.record("seed \(seed), step \(step): \(walk.trial.faults), before \(before)")
                return
            }
            if step == 150, run % 3 == 1 { try? walk.trial.cancel(keepsCompleted: run % 2 == 0) }
            if step == 150, run % 3 == 2 { try? walk.trial.close() }
            if step % 40 == 39 {
                let restored = try walk.trial.restored()
                if restored.faults != [] { Issue.record("seed \(seed): restored: \(restored.faults)") }
            }
        }
        try walk.finishAll()
        let machine = walk.trial.machine
        if walk.trial.faults != [] || machine.inputUsed != 0 || machine.outputUsed != 0 || machine.retained != 0 {
            Issue.record("seed \(seed): at the end \(walk.trial.faults), \(machine.snapshot)")
        }
        if run % 3 == 2 { #expect(machine.state.isTerminal, "seed \(seed)") }
        // The store has come to the same.
        let stored = try walk.trial.store.load().first?.chunks ?? []
        #expect(stored.allSatisfy { $0.state == .delivered || $0.state == .dropped }, "seed \(seed)")
    }
}
