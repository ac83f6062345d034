// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore

extension Planner {
    /// Does something to a job's schedule, and what the schedule then decides.
    func change(_ number: Int, _ now: Moment, _ body: (inout ScheduleState) -> [ScheduleDecision]) {
        carryOut(agenda.update(number, at: now, body) ?? [], number, now)
        arm()
    }

    /// Time has gone on.
    func tick() {
        guard phase == .running else { return }
        let now = clock.moment
        let shift = agenda.noticeWall(now)
        if shift >= Planner.wallCheck || shift <= .zero - Planner.wallCheck { onEvent(.wallSet(by: shift)) }
        for (number, decisions) in agenda.advance(to: now, draw: clock.random) { carryOut(decisions, number, now) }
        arm()
    }

    /// Sets the timer to the next time at which somebody has something to do.
    func arm() {
        guard phase == .running else { return }
        var next = agenda.nextWake()
        if agenda.followsWall {
            let check = clock.now() + Planner.wallCheck
            next = min(next ?? check, check)
        }
        guard var next else { return }
        // A sleeper that is cancelled stays in memory until its time, so none sleeps long.
        next = min(next, clock.now() + PlannerDeadlines.longest)
        // One that rings too early does no harm, and is cheaper than a new one for every change.
        if let timer {
            guard next < timer.time else { return }
            timer.task.cancel()
        }
        let number = nextNumber()
        let task = Task.detached { [clock, next, weak self] in
            do { try await clock.sleepUntil(next) } catch { return }
            await self?.ring(number)
        }
        timer = Timer(time: next, number: number, task: task)
    }

    private func ring(_ number: Int) {
        guard timer?.number == number else { return }
        timer = nil
        tick()
    }

    func carryOut(_ decisions: [ScheduleDecision], _ number: Int, _ now: Moment) {
        guard !decisions.isEmpty, let name = jobs[number]?.name else { return }
        if let record = agenda[number]?.record { memory.note(record, of: name) }
        for decision in decisions {
            switch decision {
            case .start(let occasion): begin(occasion, number, now)
            case .skip(let reason, let time, let why):
                jobs[number]?.status.skippedCount += 1
                onEvent(.skipped(job: name, reason, scheduledAt: time, why))
            case .miss(let times):
                jobs[number]?.status.missedCount += times.count
                onEvent(.missed(job: name, times))
            }
        }
    }

    /// Begins a run; what is remembered of it is durable before the job sees it, so that it never begins twice.
    func begin(_ occasion: Occasion, _ number: Int, _ now: Moment) {
        guard let planned = jobs[number] else { return }
        let run = nextNumber()
        onEvent(.started(job: planned.name, occasion))
        let deadline = planned.schedule.timeout.map { now.monotonic + $0 }
        let call = JobCall(deadlines, deadline: deadline) { [memory, job = planned.job] in
            do { try await memory.save() } catch { await self.noteUnsaved(error) }
            try Task.checkCancellation()
            try await job.run(occasion)
        }
        jobs[number]?.runs[run] = PlannedJob.Run(occasion: occasion, began: now.monotonic, call: call)
        jobs[number]?.status.lastStarted = now.wall
        Task.detached { await self.end(run, number, await call.outcome()) }
    }

    func noteUnsaved(_ error: any Error) {
        onEvent(
            .notRemembered(
                error as? CartloadError
                    ?? CartloadError(.stateDirectory, "the planner's state cannot be saved", cause: error)))
    }

    private func end(_ run: Int, _ number: Int, _ outcome: JobCall.Outcome) {
        guard let planned = jobs[number], let ended = jobs[number]?.runs.removeValue(forKey: run) else { return }
        let now = clock.moment
        let took = now.monotonic - ended.began
        jobs[number]?.status.lastFinished = now.wall
        var hasFailed = true
        switch outcome {
        case .done:
            hasFailed = false
            onEvent(.finished(job: planned.name, ended.occasion, took: took))
        case .cancelled:
            hasFailed = false
            onEvent(.cancelled(job: planned.name, ended.occasion, took: took))
        case .failed(let error): note(.ofJob(planned.name, error), number, ended.occasion, took)
        case .timedOut, .leftBehind:
            let limit = planned.schedule.timeout ?? .zero
            note(
                CartloadError(
                    .jobTimeout, "a run of the job \"\(planned.name)\" took longer than \(limit)",
                    advice: "Raise the timeout of its schedule, or give it less to do at once."),
                number, ended.occasion, took)
        }
        if hasFailed, phase == .running { applyFailurePolicy(planned, number, now) }
        let wake = phase == .running ? planned.job.wakeTime : nil
        change(number, now) { state in
            state.setWake(wake)
            return state.finish()
        }
        // It was left behind, and has come to its end after all.
        if phase == .stopped, jobs[number]?.runs.isEmpty == true { JobClaims.release(planned.job) }
        tellChange()
    }

    private func note(_ error: CartloadError, _ number: Int, _ occasion: Occasion, _ took: Duration) {
        guard let name = jobs[number]?.name else { return }
        jobs[number]?.status.failureCount += 1
        jobs[number]?.status.note(error)
        if occasion.reason == .once || jobs[number]?.schedule.onFailure != .goOn {
            failures.append(PlannerFailure(job: name, step: .run, error: error))
        }
        onEvent(.failed(job: name, occasion, error, took: took))
    }

    private func applyFailurePolicy(_ planned: PlannedJob, _ number: Int, _ now: Moment) {
        switch planned.schedule.onFailure {
        case .goOn: break
        case .endJob:
            guard agenda[number]?.isEnded == false else { return }
            onEvent(.ended(job: planned.name))
            carryOut(agenda.update(number, at: now) { $0.end() } ?? [], number, now)
        case .stop: Task.detached { await self.stop() }
        }
    }
}
