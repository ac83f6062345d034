// SPDX-License-Identifier: Apache-2.0

/// A record that failed, with what is wrong with it.
public struct FailedRecord: Sendable, Hashable {
    /// Its position in its chunk, from 0.
    public var record: Int
    /// One or more.
    public var problems: [RecordProblem]
}
