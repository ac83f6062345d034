// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore

/// The rows of a batch in groups with equal keys, numbered by first occurrence.
struct KeyGroups {
    private let count: Int
    /// The group of each row.
    private var group: [Int32]
    /// The first row of each group.
    private var firsts: [Int32] = [0]

    init(count: Int) {
        self.count = count
        group = Array(repeating: 0, count: count)
    }

    /// Divides the groups further by the values of a column.
    mutating func refine(by values: KeyValues) {
        var hashes = [UInt64](repeating: 0, count: count)
        let before = group
        hashes.withUnsafeMutableBufferPointer { hashes in
            guard let base = hashes.baseAddress else { return }
            for row in 0..<count { base[row] = UInt64(UInt32(bitPattern: before[row])) &* 0xff51_afd7_ed55_8ccd }
            values.mixHashes(into: base)
            // A null has one hash for all groups before; the comparison tells them apart.
        }
        // An open table of group numbers; it grows with the groups, not with the rows.
        var capacity = 256
        var table = [Int32](repeating: -1, count: capacity)
        var tableHashes = [UInt64](repeating: 0, count: capacity)
        firsts.removeAll(keepingCapacity: true)
        var groupHashes: [UInt64] = []
        for row in 0..<count {
            let hash = hashes[row]
            var slot = Int(truncatingIfNeeded: hash >> 20) & (capacity - 1)
            while true {
                let found = table[slot]
                if found < 0 {
                    table[slot] = Int32(firsts.count)
                    tableHashes[slot] = hash
                    group[row] = Int32(firsts.count)
                    firsts.append(Int32(row))
                    groupHashes.append(hash)
                    break
                }
                let first = Int(firsts[Int(found)])
                if tableHashes[slot] == hash, before[first] == before[row], values.areEqual(first, row) {
                    group[row] = found
                    break
                }
                slot = (slot + 1) & (capacity - 1)
            }
            if firsts.count * 2 > capacity {
                capacity *= 4
                table = Array(repeating: -1, count: capacity)
                tableHashes = Array(repeating: 0, count: capacity)
                for (number, hash) in groupHashes.enumerated() {
                    var slot = Int(truncatingIfNeeded: hash >> 20) & (capacity - 1)
                    while table[slot] >= 0 { slot = (slot + 1) & (capacity - 1) }
                    table[slot] = Int32(number)
                    tableHashes[slot] = hash
                }
            }
        }
    }

    /// One part for each group, with its rows in order.
    func parts(_ values: [KeyValues]) -> [BatchPart] {
        var sizes = [Int](repeating: 0, count: firsts.count)
        for row in 0..<count { sizes[Int(group[row])] += 1 }
        var ends = [Int](repeating: 0, count: firsts.count)
        var total = 0
        for (number, size) in sizes.enumerated() {
            ends[number] = total
            total += size
        }
        var sorted = [Int32](repeating: 0, count: count)
        for row in 0..<count {
            let number = Int(group[row])
            sorted[ends[number]] = Int32(row)
            ends[number] += 1
        }
        return firsts.enumerated().map { number, first in
            let range = ends[number] - sizes[number]..<ends[number]
            let key = BatchKey(values.map { $0.value(Int(first)) })
            let rows = Array(sorted[range])
            if rows.count == count { return BatchPart(.range(0..<count), key: key) }
            return BatchPart(.rows(rows), key: key)
        }
    }
}
