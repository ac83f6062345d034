// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore
internal import Synchronization

/// The job objects that planners of this process have, so that none has two.
enum JobClaims {
    /// Kept alive, as the identity of an object that is gone may be that of the next.
    private static let claimed = Mutex<[ObjectIdentifier: any PlannerJob]>([:])

    static func claim(_ job: any PlannerJob) throws {
        guard let identity = identity(job) else { return }
        let isTaken = claimed.withLock { claimed in
            if claimed[identity] != nil { return true }
            claimed[identity] = job
            return false
        }
        guard !isTaken else {
            throw CartloadError(
                .plannedJob, "the job \"\(job.name)\" is in a planner already",
                advice: "Give each planner a job of its own, or stop the other one first.")
        }
    }

    static func release(_ job: any PlannerJob) {
        guard let identity = identity(job) else { return }
        claimed.withLock { _ = $0.removeValue(forKey: identity) }
    }

    /// nil for values, which are copied.
    private static func identity(_ job: any PlannerJob) -> ObjectIdentifier? {
        type(of: job) is AnyClass ? ObjectIdentifier(job as AnyObject) : nil
    }
}
