// SPDX-License-Identifier: Apache-2.0

import CartloadFlow
import Synchronization

/// A job that writes down what is asked of it, and does what a test says.
final class ScriptedJob: PlannerJob {
    struct Broken: Error {}

    /// What a run does.
    enum Deed: Sendable {
        case end, fail
        /// Goes on until ``ScriptedJob/letGo()`` or until it is cancelled.
        case hold
        /// Goes on until ``ScriptedJob/letGo()``, whatever else.
        case ignoreCancellation
    }

    private struct State {
        var deed: Deed
        var held: [CheckedContinuation<Void, Never>] = []
        var isLetGo = false
        var wake: Duration?
    }

    let name: String
    let schedule: Schedule
    let fingerprint: String
    private let journal: PlannerJournal
    private let state: Mutex<State>
    private let failingSteps: Set<String>
    private let heldSteps: Set<String>

    init(
        _ name: String, _ schedule: Schedule, _ journal: PlannerJournal, _ deed: Deed = .end, fingerprint: String = "1",
        failing: Set<String> = [], holding: Set<String> = [], wake: Duration? = nil
    ) {
        self.name = name
        self.schedule = schedule
        self.journal = journal
        self.fingerprint = fingerprint
        failingSteps = failing
        heldSteps = holding
        state = Mutex(State(deed: deed, wake: wake))
    }

    var wakeTime: Duration? { state.withLock { $0.wake } }

    func setWake(_ time: Duration?) { state.withLock { $0.wake = time } }

    func set(_ deed: Deed) { state.withLock { $0.deed = deed } }

    /// Lets runs and steps that are held, now or later, go on.
    func letGo() {
        let held = state.withLock { state in
            state.isLetGo = true
            defer { state.held = [] }
            return state.held
        }
        for continuation in held { continuation.resume() }
    }

    func start() async throws { try await step("start") }

    func run(_ occasion: Occasion) async throws {
        journal.add("\(name) run \(occasion.number) \(occasion.reason.rawValue)")
        switch state.withLock({ $0.deed }) {
        case .end: break
        case .fail: throw Broken()
        case .hold: try await hold()
        case .ignoreCancellation: await holdOn()
        }
        journal.add("\(name) ran \(occasion.number)")
    }

    func flush() async throws { try await step("flush") }

    func shutdown() async {
        journal.add("\(name) shutdown")
        if heldSteps.contains("shutdown") { await holdOn() }
    }

    private func step(_ step: String) async throws {
        journal.add("\(name) \(step)")
        if heldSteps.contains(step) { try await hold() }
        if failingSteps.contains(step) { throw Broken() }
    }

    private func hold() async throws {
        await withTaskCancellationHandler {
            await holdOn()
        } onCancel: {
            letGo()
        }
        try Task.checkCancellation()
    }

    private func holdOn() async {
        await withCheckedContinuation { continuation in
            let isLetGo = state.withLock { state in
                if !state.isLetGo { state.held.append(continuation) }
                return state.isLetGo
            }
            if isLetGo { continuation.resume() }
        }
    }
}
