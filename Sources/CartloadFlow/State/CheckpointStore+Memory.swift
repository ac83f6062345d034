// SPDX-License-Identifier: Apache-2.0

internal import Synchronization

/// Keeps checkpoints in memory, for tests and for runs that need not resume.
public final class MemoryCheckpointStore: CheckpointStore {
    private struct State {
        var saved: [String: SavedCheckpoint] = [:]
        var claimed: Set<String> = []
    }

    private let state = Mutex(State())

    public init() {}

    public func claim(_ id: String) throws -> CheckpointClaim {
        guard state.withLock({ $0.claimed.insert(id).inserted }) else { throw CheckpointClaim.taken(id, holder: nil) }
        return CheckpointClaim { [weak self] in self?.state.withLock { _ = $0.claimed.remove(id) } }
    }

    public func load(_ id: String) throws -> SavedCheckpoint? { state.withLock { $0.saved[id] } }

    public func save(_ saved: SavedCheckpoint, for id: String) throws { state.withLock { $0.saved[id] = saved } }

    public func forget(_ id: String) throws { state.withLock { _ = $0.saved.removeValue(forKey: id) } }
}
