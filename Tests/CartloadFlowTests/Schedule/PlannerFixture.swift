// SPDX-License-Identifier: Apache-2.0

import CartloadCore
import CartloadFlow
import CartloadTesting

/// A clock, a journal and planners that use both.
struct PlannerFixture {
    /// 2026-03-05T06:00:00Z
    let clock = ManualClock(.seconds(1000), wall: Instant(seconds: 1_772_690_400 - 1000))
    let journal = PlannerJournal()

    func planner(
        _ jobs: [any PlannerJob], store: any PlannerStore = MemoryPlannerStore(), options: PlannerOptions = .standard
    ) throws -> Planner {
        try Planner(jobs, options: options, store: store, clock: clock.runClock) { [journal] event in
            journal.add(event.description)
        }
    }

    func job(
        _ name: String, every seconds: Int = 60, _ deed: ScriptedJob.Deed = .end, immediate: Bool = false,
        overlap: Schedule.Overlap = .skip, timeout: Duration? = nil, onFailure: Schedule.FailurePolicy = .goOn,
        fingerprint: String = "1", failing: Set<String> = [], holding: Set<String> = []
    ) throws -> ScriptedJob {
        let schedule = try Schedule(
            .interval(.seconds(seconds)), isImmediate: immediate, overlap: overlap, timeout: timeout,
            onFailure: onFailure)
        return ScriptedJob(
            name, schedule, journal, deed, fingerprint: fingerprint, failing: failing, holding: holding)
    }

    func advance(by duration: Duration) { clock.advance(by: duration) }
}
