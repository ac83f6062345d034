// SPDX-License-Identifier: Apache-2.0

/// What became of the records of a call whose workers may have been lost.
public struct IsolatedOutcome: Sendable {
    /// One place for each record of the call; those that lost their worker twice have errors of the category `worker_lost`.
    public var outcome: ServiceOutcome
    /// How many runs there were after the first.
    public var retryCount: Int
    /// How many records these runs had, each counted every time.
    public var retriedRecordCount: Int
    /// Why workers were lost, in order.
    public var losses: [WorkerLoss]

    public init(
        outcome: ServiceOutcome, retryCount: Int = 0, retriedRecordCount: Int = 0, losses: [WorkerLoss] = []
    ) {
        self.outcome = outcome
        self.retryCount = retryCount
        self.retriedRecordCount = retriedRecordCount
        self.losses = losses
    }
}
