// SPDX-License-Identifier: Apache-2.0

/// What has become of pipelines since somebody last looked.
public struct PipelineChanges: Sendable, Hashable {
    /// What to ask for next time.
    public var revision: Int
    /// New ones, and those that are not as they were; those that run come first, then the newest.
    public var changed: [PipelineSnapshot]
    /// Of the ones that were known, those that are forgotten.
    public var removed: [String]
    /// How many there are that the caller may know of.
    public var total: Int
    /// How many of them are not at their end.
    public var unfinished: Int
}
