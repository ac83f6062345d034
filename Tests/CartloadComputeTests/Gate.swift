// SPDX-License-Identifier: Apache-2.0

import CartloadCompute
import CartloadCore
import Foundation

/// Where calls of a service wait until they are let in.
final class Gate: @unchecked Sendable {  // all behind the condition's lock
    private let condition = NSCondition()
    private var isOpen = false
    private var count = 0
    private var most = 0

    /// How many wait.
    var inside: Int { locked { count } }

    /// How many ever waited at once.
    var maximum: Int { locked { most } }

    func open() {
        locked { isOpen = true }
        condition.broadcast()
    }

    func look() { condition.broadcast() }

    /// Waits until the gate is open, or until the caller gives up.
    ///
    /// - Returns: Whether it is open.
    func enter(_ givesUp: () -> Bool) -> Bool {
        locked {
            count += 1
            most = max(most, count)
            while !isOpen, !givesUp() { condition.wait() }
            count -= 1
            return isOpen
        }
    }

    private func locked<Result>(_ body: () -> Result) -> Result {
        condition.lock()
        defer { condition.unlock() }
        return body()
    }
}

/// Gives records back once the gate is open.
struct GatedRunner: ServiceRunner {
    private final class Worker: ServiceWorker, @unchecked Sendable {  // only set under the gate's lock or before it
        let gate: Gate
        private let lock = NSLock()
        private var isStopped = false
        init(_ gate: Gate) { self.gate = gate }

        var isUsable: Bool { lock.withLock { !isStopped } }

        func run(_ call: ServiceCall) throws -> ServiceOutcome {
            guard gate.enter({ !isUsable }) else { throw WorkerLoss(.crashed, "stopped") }
            return ServiceOutcome(outputs: call.records)
        }

        func stop() {
            lock.withLock { isStopped = true }
            gate.look()
        }
    }

    let gate: Gate

    func makeWorker() -> any ServiceWorker { Worker(gate) }
}
