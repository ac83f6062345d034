// SPDX-License-Identifier: Apache-2.0

/// How many payloads came to segments and went from them in one transaction.
struct SegmentTally: Equatable {
    private(set) var changes: [Int: Int] = [:]

    mutating func add(_ segment: Int, _ count: Int = 1) { changes[segment, default: 0] += count }

    mutating func remove(_ segment: Int, _ count: Int = 1) { changes[segment, default: 0] -= count }

    mutating func add(_ other: SegmentTally) { changes.merge(other.changes, uniquingKeysWith: +) }
}
