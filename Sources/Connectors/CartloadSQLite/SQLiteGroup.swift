// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore
internal import SQLiteDatabase
internal import Synchronization

/// Writers of several streams on one connection: a commit of the group is one transaction of all (I3).
final class SQLiteGroup: DestinationGroup {
    private let settings: SQLiteDestination
    private let transaction: WriteTransaction
    private let writers = Mutex<[SQLiteWriter]>([])

    init(_ settings: SQLiteDestination) throws {
        self.settings = settings
        transaction = try WriteTransaction(settings)
    }

    func open(_ stream: DestinationStream) async throws -> any DestinationWriter {
        let writer = try SQLiteWriter(settings, stream, transaction)
        try writers.withLock { writers in
            let other = writers.first { $0.name.sqlFolded == writer.name.sqlFolded && $0.stream.name != stream.name }
            if writer.settings.load == .overwrite || other?.settings.load == .overwrite, let other {
                throw CartloadError(
                    .sqliteSharedTable,
                    "the streams \"\(other.stream.name)\" and \"\(stream.name)\" would both replace the table \"\(writer.name)\"",
                    at: Location(source: settings.path),
                    advice: "Leave `table` out, so that each stream has its own, or use another `load`.")
            }
            writers.append(writer)
        }
        return writer
    }

    func commit(_ commits: [StreamCommit]) async throws {
        for commit in commits {
            guard let writer = commit.writer as? SQLiteWriter, writer.transaction === transaction else {
                preconditionFailure("a writer of another group")
            }
            try writer.add(commit.commit)
        }
        for writer in writers.withLock({ $0 }) { try writer.removeOtherVersions() }
        try transaction.commit()
    }

    func close() async throws {
        let writers = writers.withLock { writers in
            defer { writers = [] }
            return writers
        }
        for writer in writers { try await writer.close() }
        transaction.rollback()
    }
}
