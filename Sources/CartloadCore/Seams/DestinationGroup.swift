// SPDX-License-Identifier: Apache-2.0

/// A destination that can write several streams at once and make them durable together.
///
/// A Singer target needs it: messages of several streams come mixed, and a STATE speaks of all of them.
public protocol GroupedDestination: Destination {
    /// Makes ready to write streams of which several are under way at a time.
    func group() throws -> any DestinationGroup
}

/// Writers of several streams that commit together.
///
/// Streams are opened at any time. Their writers are used as usual, one at a time, but for `commit` and `close`, which are
/// the group's: everything written becomes durable with the group's ``commit(_:)``, all of it or nothing.
public protocol DestinationGroup: Sendable {
    func open(_ stream: DestinationStream) async throws -> any DestinationWriter

    /// Makes everything written so far durable, the writers in one transaction where the destination has them (I1, I3).
    ///
    /// - Parameter commits: What it means for each stream that was written to or ends.
    func commit(_ commits: [StreamCommit]) async throws

    /// Ends writing to all streams; what was written after the last commit is undone.
    func close() async throws
}

/// What a commit of a group means for one of its streams.
public struct StreamCommit: Sendable {
    /// The stream's writer, as the group gave it out.
    public var writer: any DestinationWriter
    public var commit: Commit

    public init(_ writer: any DestinationWriter, _ commit: Commit) {
        self.writer = writer
        self.commit = commit
    }
}

extension Destination {
    /// A group of writers of this destination: its own kind, or else writers that commit one after another.
    public func writers() throws -> any DestinationGroup {
        try (self as? any GroupedDestination)?.group() ?? SeparateWriters(self)
    }
}
