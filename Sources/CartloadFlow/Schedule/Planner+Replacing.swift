// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore

extension Planner {
    /// Goes on with other jobs: those that are the same stay untouched, new and changed ones are started, and then the
    /// ones that are gone or changed are stopped as ``stop(grace:)`` does it.
    ///
    /// A changed job follows its predecessor only when that has been shut down, and inherits what is remembered of it. If
    /// one does not start, everything stays as it was.
    ///
    /// - Throws: `CartloadError` with code `flow.job-start`, or `flow.planner-phase` when the planner is not running or is
    ///   being changed; `CancellationError` when it is stopped meanwhile.
    public func replace(with jobs: [any PlannerJob], grace: Duration? = nil) async throws {
        let wanted = try Planner.checked(jobs)
        guard phase == .running, !isReplacing else {
            throw CartloadError(
                .plannerPhase, isReplacing ? "the planner's jobs are being replaced" : "the planner is not running",
                advice: "Try again when it is running and nothing else is replacing its jobs.")
        }
        isReplacing = true
        defer {
            isReplacing = false
            tellChange()
        }
        let fresh = wanted.filter { planned in
            guard let number = numbers[planned.name], let old = self.jobs[number] else { return true }
            return !old.isSame(as: planned)
        }
        let freshNames = Set(fresh.map(\.name))
        let wantedNames = Set(wanted.map(\.name))
        let leaving = numbers.filter { !wantedNames.contains($0.key) || freshNames.contains($0.key) }.values.sorted()
        let remembered = try await memory.load(fresh.map(\.name).filter { numbers[$0] == nil })
        let started = try await startJobs(fresh)
        await takeOut(leaving, grace: grace)
        for (number, planned) in started {
            self.jobs[number] = planned
            numbers[planned.name] = number
        }
        guard phase == .running else {
            await shutDown(started.map(\.number))
            for (number, _) in started { self.jobs[number] = nil }
            throw CancellationError()
        }
        records.merge(remembered) { live, _ in live }
        let now = clock.moment
        for (number, _) in started { enter(number, now) }
        arm()
        rememberSoon()
    }

    private func takeOut(_ leaving: [Int], grace: Duration?) async {
        guard !leaving.isEmpty else { return }
        let now = clock.moment
        for number in leaving {
            jobs[number]?.isLeaving = true
            carryOut(agenda.update(number, at: now) { $0.end() } ?? [], number, now)
        }
        await retire(leaving, until: clock.now() + max(.zero, grace ?? options.grace))
        for number in leaving {
            guard let planned = jobs[number], planned.runs.isEmpty else { continue }
            if let state = agenda.remove(number) { records[planned.name] = state.record }
            jobs[number] = nil
            if numbers[planned.name] == number { numbers[planned.name] = nil }
        }
    }
}
