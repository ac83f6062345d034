// SPDX-License-Identifier: Apache-2.0

public import CartloadCore
internal import Glibc
internal import SQLiteDatabase

/// Writes streams into the tables of an SQLite database, each commit one transaction with its checkpoint (I3).
public struct SQLiteDestination: TransactionalDestination, GroupedDestination {
    /// What becomes of the records that a table already has.
    public enum Load: String, Sendable, CaseIterable {
        /// They stay.
        case append
        /// Those with the same keys are replaced.
        case upsert
        /// All are replaced at once, when the stream is complete.
        case overwrite

        init(_ method: LoadMethod) {
            switch method {
            case .append: self = .append
            case .upsert: self = .upsert
            case .overwrite: self = .overwrite
            }
        }
    }

    /// The database file; it is made when it is not there.
    public var path: String
    /// The table; nil for one named as the stream.
    public var table: String?
    public var load: Load
    /// The fields that identify a record; empty for those that the stream brings.
    public var keys: [String]
    /// Whether tables may get new columns, and columns wider types.
    public var evolve: Bool
    /// How long another program's lock is waited for.
    public var busyTimeout: Duration

    public init(
        path: String, table: String? = nil, load: Load = .append, keys: [String] = [], evolve: Bool = true,
        busyTimeout: Duration = .seconds(5)
    ) {
        self.path = path
        self.table = table
        self.load = load
        self.keys = keys
        self.evolve = evolve
        self.busyTimeout = busyTimeout
    }

    public func open(_ stream: DestinationStream) async throws -> any DestinationWriter {
        try SQLiteWriter(self, stream)
    }

    /// Writers whose streams may come mixed on one thread: they share a connection, and each commit is one transaction.
    public func group() throws -> any DestinationGroup { try SQLiteGroup(self) }

    public func lastCommit(of stream: DestinationStream) async throws -> Commit? {
        guard access(path, F_OK) == 0 else { return nil }
        let writer = try SQLiteWriter(self, stream)
        let commit = try await writer.lastCommit()
        try await writer.close()
        return commit
    }

    public func forgetCommits(of stream: DestinationStream) async throws {
        guard access(path, F_OK) == 0 else { return }
        let writer = try SQLiteWriter(self, stream)
        try await writer.forgetCommits()
        try await writer.close()
    }
}
