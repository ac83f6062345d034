// SPDX-License-Identifier: Apache-2.0

import CartloadCompute
import Synchronization

/// What became of commits, in the order in which it was told.
final class CommitLog: Sendable {
    private let outcomes = Mutex<[(number: Int, error: (any Error)?)]>([])

    /// Commits changes under a number.
    func commit(_ number: Int, _ changes: [StoreChange], to store: any PipelineStore) {
        store.commit(changes) { error in self.outcomes.withLock { $0.append((number, error)) } }
    }

    var numbers: [Int] { outcomes.withLock { $0.map(\.number) } }
    var durable: [Int] { outcomes.withLock { $0.filter { $0.error == nil }.map(\.number) } }
    var errors: [any Error] { outcomes.withLock { $0.compactMap(\.error) } }
}
