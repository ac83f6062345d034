// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore

/// How long a planner waits for its jobs, each wait with a bound (I7).
public struct PlannerOptions: Sendable, Hashable {
    /// More jobs are refused.
    public static let maximumJobs = 100_000
    /// Longer names are refused.
    public static let maximumNameBytes = 200

    /// How long runs may go on after a stop before they are cancelled.
    public var grace: Duration
    /// How long starting, flushing and shutting down one job may take before it is cancelled.
    public var callLimit: Duration
    /// How long something that was cancelled may take to end before it is left behind.
    public var patience: Duration

    public init(
        grace: Duration = .seconds(30), callLimit: Duration = .seconds(60), patience: Duration = .seconds(10)
    ) throws {
        for (field, value) in [("grace", grace), ("callLimit", callLimit), ("patience", patience)] {
            guard (.zero ... .seconds(86_400)).contains(value) else {
                throw CartloadError(
                    .schedule, "\(value) is not between nothing and a day", at: Location(field: field),
                    advice: "Choose a value in that range.")
            }
        }
        self.grace = grace
        self.callLimit = callLimit
        self.patience = patience
    }

    private init() {
        grace = .seconds(30)
        callLimit = .seconds(60)
        patience = .seconds(10)
    }

    public static let standard = PlannerOptions()
}
