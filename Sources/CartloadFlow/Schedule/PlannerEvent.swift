// SPDX-License-Identifier: Apache-2.0

public import CartloadCore

/// Something that happened in a planner; nothing happens without one.
public enum PlannerEvent: Sendable, Hashable {
    case ready(job: String)
    case started(job: String, Occasion)
    case finished(job: String, Occasion, took: Duration)
    case failed(job: String, Occasion, CartloadError, took: Duration)
    /// A run was cancelled because the planner stops or the job is taken out.
    case cancelled(job: String, Occasion, took: Duration)
    case skipped(job: String, Occasion.Reason, scheduledAt: Instant, ScheduleDecision.SkipReason)
    case missed(job: String, MissedTimes)
    case paused(job: String)
    case resumed(job: String)
    /// The job gets no more runs because one failed.
    case ended(job: String)
    /// Starting, flushing or shutting down failed, or a run was left behind.
    case broken(PlannerFailure)
    case gone(job: String)
    /// What has to be remembered could not be saved; the planner goes on, and tries again with the next run.
    case notRemembered(CartloadError)
    /// Somebody set the wall clock.
    case wallSet(by: Duration)
}

extension PlannerEvent: CustomStringConvertible {
    /// A line for a log.
    public var description: String {
        switch self {
        case .ready(let job): "\(job): ready"
        case .started(let job, let occasion): "\(job): run \(occasion)"
        case .finished(let job, let occasion, let took): "\(job): run \(occasion.number) done in \(took)"
        case .failed(let job, let occasion, let error, let took):
            "\(job): run \(occasion.number) failed after \(took): \(error)"
        case .cancelled(let job, let occasion, let took):
            "\(job): run \(occasion.number) cancelled after \(took)"
        case .skipped(let job, let reason, let time, .overlap):
            "\(job): \(reason.rawValue) run of \(time) left out, another one goes on"
        case .skipped(let job, let reason, let time, .stopping):
            "\(job): \(reason.rawValue) run of \(time) not begun, the planner stops"
        case .missed(let job, let times): "\(job): \(times)"
        case .paused(let job): "\(job): paused"
        case .resumed(let job): "\(job): resumed"
        case .ended(let job): "\(job): gets no more runs"
        case .broken(let failure): failure.description
        case .gone(let job): "\(job): shut down"
        case .notRemembered(let error): "the planner's state was not saved: \(error)"
        case .wallSet(let shift): "the clock was set \(shift < .zero ? "back" : "forward") by \(shift)"
        }
    }
}

extension Occasion: CustomStringConvertible {
    /// `17, scheduled for 2026-03-05T06:00:00Z`
    public var description: String { "\(number), \(reason.rawValue) for \(scheduledAt)" }
}

extension MissedTimes: CustomStringConvertible {
    public var description: String {
        let number = isExact ? "\(count)" : "more than \(count)"
        return count == 1 ? "missed 1 run, of \(first)" : "missed \(number) runs, from \(first) to \(last)"
    }
}
