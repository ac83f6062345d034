// SPDX-License-Identifier: Apache-2.0

public import CartloadCore

/// What became of the records of one call, in their order.
public struct ServiceOutcome: Sendable {
    /// One JSON object for each record; an empty place (start = end) for one that failed.
    public var outputs: Rows
    /// What is to be said about records, in order of record; one with an error has an empty output.
    public var problems: [RecordProblem]
    /// Milliseconds for each record; nil where only the time of the whole call is known.
    public var times: [Double]?

    public init(outputs: Rows, problems: [RecordProblem] = [], times: [Double]? = nil) {
        self.outputs = outputs
        self.problems = problems
        self.times = times
    }
}
