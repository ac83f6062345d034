// SPDX-License-Identifier: Apache-2.0

import CartloadCompute
import CartloadCore
import Synchronization

/// A store whose disk fails, answers late or is gone: what was committed in time stays in the one beside it.
final class FaultyPipelineStore: PipelineStore {
    private struct Waiting {
        var changes: [StoreChange]
        var whenDurable: @Sendable ((any Error)?) -> Void
    }

    private struct State {
        var isHeld = false
        var isGone = false
        var waiting: [Waiting] = []
        var fails: @Sendable (StoreChange) -> Bool = { _ in false }
        var failsToRead = false
    }

    static let fault = CartloadError(.storeFailed, "the disk is full")

    /// What survives.
    let inner: MemoryPipelineStore
    private let state = Mutex(State())

    init(_ inner: MemoryPipelineStore = MemoryPipelineStore()) { self.inner = inner }

    /// Which changes fail, with all of their commit.
    func fail(_ fails: @escaping @Sendable (StoreChange) -> Bool) { state.withLock { $0.fails = fails } }

    func heal() {
        state.withLock { state in
            state.fails = { _ in false }
            state.failsToRead = false
        }
    }

    func failToRead() { state.withLock { $0.failsToRead = true } }

    /// Lets commits wait until ``letGo()``.
    func hold() { state.withLock { $0.isHeld = true } }

    var waiting: Int { state.withLock { $0.waiting.count } }

    /// Answers all commits that wait, in their order; at most some of them.
    func letGo(_ count: Int = .max) {
        for _ in 0..<count {
            guard let next = state.withLock({ $0.waiting.isEmpty ? nil : $0.waiting.removeFirst() }) else { return }
            answer(next)
        }
    }

    /// What waits is answered, and nothing waits any more.
    func flow() {
        while true {
            letGo()
            let isEmpty = state.withLock { state in
                if state.waiting.isEmpty { state.isHeld = false }
                return state.waiting.isEmpty
            }
            if isEmpty { return }
        }
    }

    /// The process is gone: what waits and what comes is never made.
    func crash() {
        state.withLock { $0.isGone = true }
        letGo()
    }

    func load() throws -> [StoredPipeline] { try inner.load() }

    func commit(_ changes: [StoreChange], whenDurable: @escaping @Sendable ((any Error)?) -> Void) {
        let waiting = Waiting(changes: changes, whenDurable: whenDurable)
        let isHeld = state.withLock { state in
            if !state.isGone, state.isHeld || !state.waiting.isEmpty {
                state.waiting.append(waiting)
                return true
            }
            return false
        }
        if !isHeld { answer(waiting) }
    }

    private func answer(_ commit: Waiting) {
        // Made under the lock: nothing of a process that is gone is made after it.
        let isMade = state.withLock { state in
            if state.isGone || commit.changes.contains(where: state.fails) { return false }
            inner.commit(commit.changes) { _ in }
            return true
        }
        commit.whenDurable(isMade ? nil : FaultyPipelineStore.fault)
    }

    func read(_ key: PayloadKey) throws -> Bytes {
        if state.withLock({ $0.failsToRead }) { throw FaultyPipelineStore.fault }
        return try inner.read(key)
    }

    func close() { letGo() }
}
