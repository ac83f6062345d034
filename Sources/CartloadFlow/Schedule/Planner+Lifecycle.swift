// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore

extension Planner {
    /// Starts every job, in order, and then keeps to their schedules until it is stopped.
    ///
    /// - Throws: `CartloadError` with code `flow.job-start` when a job does not start, after those that had been started
    ///   were shut down again, in reverse order; `CancellationError` when it is stopped meanwhile.
    public func start() async throws {
        try await startAll()
        phase = .running
        let now = clock.moment
        _ = agenda.noticeWall(now)
        for number in jobs.keys.sorted() { enter(number, now) }
        arm()
        rememberSoon()
        tellChange()
    }

    /// Starts, and returns when it has stopped: after `request`, or after a failure that ends everything.
    ///
    /// - Throws: What ``start()`` throws, and the first `PlannerFailure`.
    public func run(until request: StopRequest) async throws {
        guard !request.isRequested else { return }
        request.onRequest { Task.detached { await self.stop() } }
        do { try await start() } catch {
            // Stopped before or while it started.
            guard request.isRequested, (error as? CartloadError)?.code != .jobStart else { throw error }
            return
        }
        while phase != .stopped { await waitForChange(until: nil) }
        if let first = failures.first { throw first }
    }

    /// Runs every job once, one after another in the order given, then flushes them and shuts them down.
    ///
    /// A failing run does not keep the others from theirs, unless the job's schedule says that everything stops.
    ///
    /// - Throws: What ``start()`` throws, and the first `PlannerFailure`.
    public func runOnce() async throws {
        try await startAll()
        phase = .running
        let now = clock.moment
        let order = jobs.keys.sorted()
        for number in order {
            guard let planned = jobs[number] else { continue }
            agenda.insert(ScheduleState(planned.schedule, record: records[planned.name], at: now), for: number, at: now)
            // Nothing but the one run: no times, no wakes.
            _ = agenda.update(number, at: now) { $0.end() }
        }
        for number in order where phase == .running {
            let now = clock.moment
            guard let occasion = agenda.update(number, at: now, { $0.startOnce(at: now) }) else { continue }
            if let record = agenda[number]?.record, let name = jobs[number]?.name { memory.note(record, of: name) }
            begin(occasion, number, now)
            while jobs[number]?.runs.isEmpty == false { await waitForChange(until: nil) }
            let hasFailed = (jobs[number]?.status.failureCount ?? 0) > 0
            if hasFailed, jobs[number]?.schedule.onFailure == .stop { break }
        }
        await stop()
        if let first = failures.first { throw first }
    }

    /// Stops: no new starts, then runs may end within the grace, then they are cancelled, then every job is flushed, and
    /// last every job is shut down, in reverse order.
    ///
    /// Returns when all of that is done. Whoever asks again waits for the same end, and may shorten the grace.
    ///
    /// - Parameter grace: The planner's option unless given.
    /// - Returns: What went wrong, in order; a flush that failed has lost what the job held.
    @discardableResult
    public func stop(grace: Duration? = nil) async -> [PlannerFailure] {
        let deadline = clock.now() + max(.zero, grace ?? options.grace)
        graceEnds = min(graceEnds ?? deadline, deadline)
        let before = phase
        guard before == .starting || before == .running else {
            if before == .made { phase = .stopped }
            tellChange()
            while phase != .stopped { await waitForChange(until: nil) }
            return failures
        }
        phase = .stopping
        timer?.task.cancel()
        timer = nil
        startCall?.cancel()
        let now = clock.moment
        for number in jobs.keys.sorted() {
            carryOut(agenda.update(number, at: now) { $0.end() } ?? [], number, now)
        }
        tellChange()
        // Whoever starts jobs takes back what it has started.
        while isReplacing { await waitForChange(until: nil) }
        if before == .running {
            await retire(jobs.keys.sorted(), until: deadline)
            do { try await memory.save() } catch { noteUnsaved(error) }
            phase = .stopped
            tellChange()
        } else {
            while phase != .stopped { await waitForChange(until: nil) }
        }
        return failures
    }

    // MARK: Steps

    private func startAll() async throws {
        guard phase == .made else {
            throw CartloadError(
                .plannerPhase, "the planner has been started before", advice: "Make a new one.")
        }
        phase = .starting
        do {
            records = try await memory.load(given.map(\.name))
            let started = try await startJobs(given)
            given = []
            jobs.reserveCapacity(started.count)
            numbers.reserveCapacity(started.count)
            for (number, planned) in started {
                jobs[number] = planned
                numbers[planned.name] = number
            }
            if phase == .stopping {
                await shutDown(started.map(\.number))
                throw CancellationError()
            }
        } catch {
            phase = .stopped
            tellChange()
            throw error
        }
    }

    /// Starts jobs in order; when one fails, those before it are shut down, and nothing has changed.
    func startJobs(_ planned: [PlannedJob]) async throws -> [(number: Int, planned: PlannedJob)] {
        var started: [(number: Int, planned: PlannedJob)] = []
        do {
            for planned in planned {
                guard phase != .stopping else { throw CancellationError() }
                try JobClaims.claim(planned.job)
                do { try await start(planned) } catch {
                    JobClaims.release(planned.job)
                    throw error
                }
                started.append((nextNumber(), planned))
                onEvent(.ready(job: planned.name))
            }
            return started
        } catch {
            for (_, planned) in started.reversed() { await shutDown(planned) }
            throw error
        }
    }

    private func start(_ planned: PlannedJob) async throws {
        let call = JobCall(deadlines, deadline: clock.now() + options.callLimit) { try await planned.job.start() }
        startCall = call
        let outcome = await call.outcome(leavingBehindAt: clock.now() + options.callLimit + options.patience)
        startCall = nil
        guard let error = error(of: outcome, planned.name) else { return }
        if phase == .stopping { throw CancellationError() }
        throw CartloadError(.jobStart, "the job \"\(planned.name)\" did not start", cause: error)
    }

    /// Puts a started job on the agenda, and does what is due at once.
    func enter(_ number: Int, _ now: Moment) {
        guard let planned = jobs[number] else { return }
        let state = ScheduleState(planned.schedule, record: records.removeValue(forKey: planned.name), at: now)
        agenda.insert(state, for: number, at: now)
        memory.note(state.record, of: planned.name)
        let wake = planned.job.wakeTime
        let decisions = agenda.update(number, at: now) { [clock] state in
            state.setWake(wake)
            return state.begin(at: now, draw: clock.random)
        }
        carryOut(decisions ?? [], number, now)
    }

    /// Lets jobs that get no new runs come to their end.
    ///
    /// - Parameter ends: When the grace is over, unless a stop ends it earlier.
    func retire(_ numbers: [Int], until ends: Duration) async {
        func isRunning() -> Bool { numbers.contains { jobs[$0]?.runs.isEmpty == false } }
        while isRunning(), clock.now() < min(ends, graceEnds ?? ends) {
            await waitForChange(until: min(ends, graceEnds ?? ends))
        }
        for number in numbers { jobs[number]?.runs.values.forEach { $0.call.cancel() } }
        let patienceEnds = clock.now() + options.patience
        while isRunning(), clock.now() < patienceEnds { await waitForChange(until: patienceEnds) }
        for number in numbers { leaveBehind(number) }
        for number in numbers {
            guard let planned = jobs[number], planned.runs.isEmpty else { continue }
            let outcome = await call { try await planned.job.flush() }
            if let error = error(of: outcome, planned.name) { note(planned.name, .flush, error) }
        }
        await shutDown(numbers.filter { jobs[$0]?.runs.isEmpty == true })
    }

    /// Reports runs that would not end; their job is neither flushed nor shut down, as they still use it.
    private func leaveBehind(_ number: Int) {
        guard let planned = jobs[number], !planned.runs.isEmpty else { return }
        note(
            planned.name, .run,
            CartloadError(
                .jobStuck, "a run of the job \"\(planned.name)\" did not end although it was cancelled",
                advice: "What it holds is not flushed; something in it waits without end."))
    }

    /// Where an interval begins has to outlast a crash, too, and nobody waits for it.
    func rememberSoon() {
        Task.detached { [memory] in
            do { try await memory.save() } catch { await self.noteUnsaved(error) }
        }
    }

    func shutDown(_ numbers: [Int]) async {
        for number in numbers.reversed() { if let planned = jobs[number] { await shutDown(planned) } }
    }

    private func shutDown(_ planned: PlannedJob) async {
        let outcome = await call { await planned.job.shutdown() }
        if let error = error(of: outcome, planned.name) { note(planned.name, .shutdown, error) }
        JobClaims.release(planned.job)
        onEvent(.gone(job: planned.name))
    }

    private func call(_ body: @escaping @Sendable () async throws -> Void) async -> JobCall.Outcome {
        let ends = clock.now() + options.callLimit
        return await JobCall(deadlines, deadline: ends, body).outcome(leavingBehindAt: ends + options.patience)
    }

    private func note(_ name: String, _ step: PlannerFailure.Step, _ error: CartloadError) {
        let failure = PlannerFailure(job: name, step: step, error: error)
        failures.append(failure)
        if let number = numbers[name] { jobs[number]?.status.note(error) }
        onEvent(.broken(failure))
    }

    private func error(of outcome: JobCall.Outcome, _ name: String) -> CartloadError? {
        switch outcome {
        case .done: nil
        case .failed(let error): .ofJob(name, error)
        case .cancelled: CartloadError(.jobFailed, "the job \"\(name)\" was cancelled")
        case .timedOut, .leftBehind:
            CartloadError(
                .jobTimeout, "the job \"\(name)\" took longer than \(options.callLimit)",
                advice: "Something in it waits without end.")
        }
    }
}
