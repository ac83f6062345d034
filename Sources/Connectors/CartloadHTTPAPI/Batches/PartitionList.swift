// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore
internal import Synchronization

/// The partitions of a stream one after another, those of a parent stream a page at a time.
final class PartitionList: Sendable {
    private let more: @Sendable () async throws -> [Partition]?
    private let state = Mutex<(ready: ArraySlice<Partition>, seen: Set<Partition>)>(([], []))

    /// - Parameter more: Some more partitions; nil at the end. Called by one task at a time.
    init(_ more: @escaping @Sendable () async throws -> [Partition]?) { self.more = more }

    convenience init(_ partitions: [Partition]) {
        let rest = Mutex([partitions])
        self.init { rest.withLock { $0.popLast() } }
    }

    /// The next one; one that comes again, because pages moved while they were read, is left out.
    func next() async throws -> Partition? {
        while true {
            let ready = state.withLock { state -> Partition? in
                while let partition = state.ready.popFirst() {
                    if state.seen.insert(partition).inserted { return partition }
                }
                return nil
            }
            if let ready { return ready }
            guard let partitions = try await more() else { return nil }
            state.withLock { $0.ready = partitions[...] }
        }
    }
}
