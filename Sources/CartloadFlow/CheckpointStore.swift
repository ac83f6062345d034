// SPDX-License-Identifier: Apache-2.0

public import CartloadCore

public protocol CheckpointStore: Sendable {
    func load(_ id: String) async throws -> SavedCheckpoint?
    func saveIntent(_ commit: SavedCommit, for id: String, at timestamp: String) async throws
    func save(_ commit: SavedCommit, for id: String, at timestamp: String) async throws
    func forget(_ id: String) async throws
}
public struct SavedCommit: Sendable, Hashable {
    public var sequence: Int
    public var checkpoint: Checkpoint
    public var receipts: [String: JSONValue]
}
public struct SavedCheckpoint: Sendable, Hashable {
    public var committed: SavedCommit?
    public var intent: SavedCommit?
}
