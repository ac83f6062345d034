// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore
internal import Synchronization

/// The job objects that planners of this process have, so that none has two.
enum JobClaims {
    private static let claimed = Mutex<Set<ObjectIdentifier>>([])

    /// Claims a job; the planner keeps it, and with it its identity, until it releases it.
    static func claim(_ job: any PlannerJob) throws {
        guard let identity = identity(job) else { return }
        guard claimed.withLock({ $0.insert(identity).inserted }) else {
            throw CartloadError(
                .plannedJob, "the job \"\(job.name)\" is in a planner already",
                advice: "Give each planner a job of its own, or stop the other one first.")
        }
    }

    static func release(_ job: any PlannerJob) {
        guard let identity = identity(job) else { return }
        claimed.withLock { _ = $0.remove(identity) }
    }

    /// nil for values, which are copied.
    private static func identity(_ job: any PlannerJob) -> ObjectIdentifier? {
        type(of: job) is AnyClass ? ObjectIdentifier(job as AnyObject) : nil
    }
}
