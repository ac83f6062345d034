// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore

/// A job in a planner, with what goes on and what has been.
struct PlannedJob {
    /// A run that goes on.
    struct Run {
        var occasion: Occasion
        var began: Duration
        var call: JobCall
    }

    let job: any PlannerJob
    let name: String
    let schedule: Schedule
    let fingerprint: String
    var status: JobStatus
    /// By number of the call.
    var runs: [Int: Run] = [:]
    /// Whether it is being taken out.
    var isLeaving = false

    init(_ job: any PlannerJob) {
        self.job = job
        name = job.name
        schedule = job.schedule
        fingerprint = job.fingerprint
        status = JobStatus(name: name, times: schedule.timesText)
    }

    func isSame(as other: PlannedJob) -> Bool {
        name == other.name && schedule == other.schedule && fingerprint == other.fingerprint
    }
}
