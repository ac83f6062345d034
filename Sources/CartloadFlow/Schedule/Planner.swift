// SPDX-License-Identifier: Apache-2.0

public import CartloadCore

/// Runs jobs when their schedules say so, with one timer for all of them.
///
/// ```swift
/// let planner = try Planner(jobs, store: SQLitePlannerStore(directory: ".cartload"))
/// try await planner.run(until: stopRequest)
/// ```
///
/// A planner is used once: made, started, stopped. Several in one process know nothing of each other. What happens is told
/// to `onEvent`, in order, from the planner's actor: be quick there.
public actor Planner {
    enum Phase: Equatable {
        case made, starting, running, stopping, stopped
    }

    struct Timer {
        var time: Duration
        var number: Int
        var task: Task<Void, Never>
    }

    /// The wall clock is looked at this often when a schedule depends on it, as somebody may set it.
    static let wallCheck: Duration = .seconds(1)

    let options: PlannerOptions
    let clock: RunClock
    let memory: PlannerMemory
    let deadlines: PlannerDeadlines
    let onEvent: @Sendable (PlannerEvent) -> Void

    var phase = Phase.made
    /// All jobs by number, in the order in which they were given.
    var jobs: [Int: PlannedJob] = [:]
    /// The numbers of jobs that are in the plan, by name.
    var numbers: [String: Int] = [:]
    var agenda = PlannerAgenda()
    var timer: Timer?
    /// Numbers jobs, runs and timers.
    var lastNumber = 0
    /// Starts that a stop interrupts.
    var startCall: JobCall?
    var isReplacing = false
    /// When runs are cancelled, once somebody wants to stop.
    var graceEnds: Duration?
    var failures: [PlannerFailure] = []
    /// What is remembered of jobs that are not on the agenda yet, by name.
    var records: [String: PlannerRecord] = [:]
    /// Who waits for something to change.
    var watchers: [Int: FirstAnswer<Bool>] = [:]
    /// Jobs in the order given, before the start.
    var given: [PlannedJob]

    /// - Throws: `CartloadError` with code `flow.planned-job` for two jobs of one name, an empty or overlong name, or too
    ///   many jobs.
    public init(
        _ jobs: [any PlannerJob], options: PlannerOptions = .standard,
        store: any PlannerStore = MemoryPlannerStore(), clock: RunClock = .system,
        onEvent: @escaping @Sendable (PlannerEvent) -> Void = { _ in }
    ) throws {
        given = try Planner.checked(jobs)
        self.options = options
        self.clock = clock
        memory = PlannerMemory(store)
        deadlines = PlannerDeadlines(clock)
        self.onEvent = onEvent
    }

    deinit { for planned in jobs.values { JobClaims.release(planned.job) } }

    static func checked(_ jobs: [any PlannerJob]) throws -> [PlannedJob] {
        func refuse(_ message: String, _ advice: String) -> CartloadError {
            CartloadError(.plannedJob, message, advice: advice)
        }
        guard jobs.count <= PlannerOptions.maximumJobs else {
            throw refuse(
                "a planner has at most \(PlannerOptions.maximumJobs) jobs, not \(jobs.count)", "Use several planners.")
        }
        var names: Set<String> = []
        return try jobs.map { job in
            let planned = PlannedJob(job)
            guard (1...PlannerOptions.maximumNameBytes).contains(planned.name.utf8.count) else {
                throw refuse(
                    "a job's name has 1 to \(PlannerOptions.maximumNameBytes) bytes, not \(planned.name.utf8.count)",
                    "Give it a short name.")
            }
            guard names.insert(planned.name).inserted else {
                throw refuse("two jobs have the name \"\(planned.name)\"", "Rename one of them.")
            }
            return planned
        }
    }

    // MARK: While it runs

    /// Nothing of a job starts until it is resumed, except what is triggered; runs that go on end as usual.
    public func pause(_ name: String) throws {
        let number = try number(of: name)
        guard agenda[number]?.isPaused == false else { return }
        _ = agenda.update(number, at: clock.moment) { $0.pause() }
        onEvent(.paused(job: name))
        arm()
    }

    /// Goes on with a paused job; the times that passed meanwhile were missed, and its schedule says what that means.
    public func resume(_ name: String) throws {
        let number = try number(of: name)
        guard agenda[number]?.isPaused == true else { return }
        onEvent(.resumed(job: name))
        let now = clock.moment
        change(number, now) { [clock] in $0.resume(at: now, draw: clock.random) }
    }

    /// Runs a job now, if its rule for overlaps allows it.
    public func trigger(_ name: String) throws {
        let number = try number(of: name)
        guard agenda[number]?.isEnded == false else {
            throw CartloadError(
                .plannerPhase, "the job \"\(name)\" has ended after a failure", advice: "Start the planner anew.")
        }
        let now = clock.moment
        change(number, now) { $0.trigger(at: now) }
    }

    /// What every job is doing, in the order given.
    public func snapshot() -> [JobStatus] {
        let now = clock.moment
        guard phase != .made else { return given.map(\.status) }
        return jobs.sorted { $0.key < $1.key }.map { number, planned in
            var status = planned.status
            guard let state = agenda[number] else { return status }
            status.runningCount = planned.runs.count
            status.waitingCount = state.waitingCount
            status.lastScheduled = state.record.lastScheduled
            status.nextScheduled = state.nextScheduled(at: now)
            status.runCount = state.record.runCount
            status.state =
                if phase == .stopped {
                    .stopped
                } else if phase == .stopping || planned.isLeaving {
                    .stopping
                } else if state.isEnded, planned.runs.isEmpty {
                    .ended
                } else if state.isPaused {
                    .paused
                } else {
                    planned.runs.isEmpty ? .waiting : .running
                }
            return status
        }
    }

    private func number(of name: String) throws -> Int {
        guard phase == .running else {
            throw CartloadError(
                .plannerPhase, "the planner is not running", advice: "Start it first; a stopped one does not go on.")
        }
        guard let number = numbers[name] else {
            throw CartloadError(
                .plannedJob, "there is no job \"\(name)\"", advice: "The planner's status lists the jobs.")
        }
        return number
    }

    // MARK: Numbers and waiting

    func nextNumber() -> Int {
        lastNumber += 1
        return lastNumber
    }

    /// Waits until something changes, or until a time on the monotonic clock.
    func waitForChange(until deadline: Duration?) async {
        let number = nextNumber()
        let answer = FirstAnswer<Bool>()
        watchers[number] = answer
        let timer = deadline.map { deadlines.add(at: $0) { answer.give(false) } }
        _ = await answer.value()
        if let timer { deadlines.callOff(timer) }
        watchers[number] = nil
    }

    func tellChange() {
        for watcher in watchers.values { watcher.give(true) }
        watchers = [:]
    }
}
