// SPDX-License-Identifier: Apache-2.0

public import CartloadCore

/// Something that went wrong with a job outside the course of its runs.
public struct PlannerFailure: Error, Sendable, Hashable {
    public enum Step: String, Sendable, Hashable {
        case start, run, flush, shutdown
    }

    public var job: String
    public var step: Step
    public var error: CartloadError

    public init(job: String, step: Step, error: CartloadError) {
        self.job = job
        self.step = step
        self.error = error
    }
}

extension PlannerFailure: CustomStringConvertible {
    public var description: String { "\(job): \(step.rawValue) failed: \(error)" }
}
