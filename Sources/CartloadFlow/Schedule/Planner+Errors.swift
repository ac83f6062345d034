// SPDX-License-Identifier: Apache-2.0

public import CartloadCore

extension CartloadError.Code {
    /// A cron expression cannot be read, or never happens.
    public static let cron = CartloadError.Code("flow.cron")
    /// A schedule contradicts itself or is out of range.
    public static let schedule = CartloadError.Code("flow.schedule")
    /// A planner was asked for a job that it does not have, or cannot have.
    public static let plannedJob = CartloadError.Code("flow.planned-job")
    /// A planner was asked for something that it does not do any more, or not yet.
    public static let plannerPhase = CartloadError.Code("flow.planner-phase")
    /// A job did not start.
    public static let jobStart = CartloadError.Code("flow.job-start")
    /// A run of a job failed, with an error that has no code of its own.
    public static let jobFailed = CartloadError.Code("flow.job-failed")
    /// A job took longer than allowed.
    public static let jobTimeout = CartloadError.Code("flow.job-timeout")
    /// A job did not end although it was cancelled.
    public static let jobStuck = CartloadError.Code("flow.job-stuck")
}

/// The error codes of schedules and planners.
public enum PlannerCatalogue {
    public static let entries: [CatalogueEntry] = [
        CatalogueEntry(
            .cron, meaning: "A cron expression cannot be read, or names a time that never comes.",
            advice: "Write minute, hour, day of the month, month and day of the week: 30 4 * * mon-fri."),
        CatalogueEntry(
            .schedule, meaning: "A schedule contradicts itself or is out of range.",
            advice: "Change what the message names."),
        CatalogueEntry(
            .plannedJob, meaning: "A planner does not have the job, has one of its name, or it is in another planner.",
            advice: "Correct the name; give each planner jobs of its own."),
        CatalogueEntry(
            .plannerPhase, meaning: "A planner was asked for something before its start or after its end.",
            advice: "Start it first; make a new one after it has stopped."),
        CatalogueEntry(
            .jobStart, meaning: "A job of a planner did not start.",
            advice: "Look at the cause; what had been started was shut down again."),
        CatalogueEntry(
            .jobFailed, meaning: "A run of a job failed.",
            advice: "Look at the cause; the schedule goes on unless it says otherwise."),
        CatalogueEntry(
            .jobTimeout, meaning: "A job took longer than its schedule or the planner allows.",
            advice: "Raise the limit, or give the job less to do at once."),
        CatalogueEntry(
            .jobStuck, meaning: "A job went on although it was cancelled, and was left behind.",
            advice: "Something in it waits without end; give that a limit."),
    ]
}

extension CartloadError {
    /// What a job threw, as an error with a code.
    static func ofJob(_ name: String, _ error: any Error) -> CartloadError {
        error as? CartloadError
            ?? CartloadError(.jobFailed, "a run of the job \"\(name)\" failed", cause: error)
    }
}
