// SPDX-License-Identifier: Apache-2.0

internal import Synchronization

/// Writers that know nothing of one another, as a group: a commit is one of each, one after another.
///
/// A crash between two of them leaves some streams further than others, so what acknowledges must wait for all.
package final class SeparateWriters: DestinationGroup {
    private let destination: any Destination
    private let opened = Mutex<[any DestinationWriter]>([])

    package init(_ destination: any Destination) { self.destination = destination }

    package func open(_ stream: DestinationStream) async throws -> any DestinationWriter {
        let writer = try await destination.open(stream)
        opened.withLock { $0.append(writer) }
        return writer
    }

    package func commit(_ commits: [StreamCommit]) async throws {
        for commit in commits { _ = try await commit.writer.commit(commit.commit) }
    }

    package func close() async throws {
        let writers = opened.withLock { writers in
            defer { writers = [] }
            return writers
        }
        var failure: (any Error)?
        for writer in writers {
            do { try await writer.close() } catch { failure = failure ?? error }
        }
        if let failure { throw failure }
    }
}
