// SPDX-License-Identifier: Apache-2.0

public import CartloadCore

/// A batcher of one's own: a closure that says which records belong together.
///
/// What it returns is checked like any batcher's (I5): every record exactly once, or nothing is passed on.
public struct ClosureBatcher: Batcher {
    private let divide: @Sendable (RecordBatch) throws -> [[Int]]

    /// - Parameter divide: The positions of each part; parts without any are left out.
    public init(_ divide: @escaping @Sendable (_ batch: RecordBatch) throws -> [[Int]]) { self.divide = divide }

    /// Groups records by a value of each, in the order of first occurrence.
    public init<Key: Hashable & Sendable>(grouping key: @escaping @Sendable (Record) throws -> Key) {
        divide = { batch in
            var order: [Key] = []
            var groups: [Key: [Int]] = [:]
            for (position, record) in try batch.records().enumerated() {
                let key = try key(record)
                if groups[key] == nil { order.append(key) }
                groups[key, default: []].append(position)
            }
            return order.map { groups[$0] ?? [] }
        }
    }

    public func parts(of batch: RecordBatch) throws -> [BatchPart] {
        _ = try batch.knownCount()
        return try divide(batch).filter { !$0.isEmpty }.map { positions in
            if let first = positions.first, positions.indices.allSatisfy({ positions[$0] == first + $0 }) {
                return BatchPart(.range(first..<first + positions.count))
            }
            return BatchPart(.rows(positions.map { Int32(truncatingIfNeeded: $0) }))
        }
    }
}
