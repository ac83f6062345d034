// SPDX-License-Identifier: Apache-2.0

public import CartloadCore

extension RecordBatch {
    /// The parts that a batcher makes of the batch, as batches that share its bytes.
    ///
    /// - Throws: `CartloadError` with code `batcher.not-a-partition` when a record is lost or repeated (I5).
    public func divided(by batcher: any Batcher) throws -> [RecordBatch] {
        let parts = try checkedParts(batcher)
        if parts.count == 1, let part = parts.first {
            var batch = self
            batch.key = part.key ?? key
            return [batch]
        }
        return parts.map(self.part)
    }

    /// The parts that a batcher makes of the batch, checked; with the keys of the batch before their own.
    func checkedParts(_ batcher: any Batcher) throws -> [BatchPart] {
        guard let count else {
            throw CartloadError(.batcherSealed, "a sealed batch must be opened before it is divided")
        }
        var parts = try batcher.parts(of: self)
        try RecordBatch.check(parts, count: count, name: "\(type(of: batcher))")
        if let key {
            for index in parts.indices {
                parts[index].key = parts[index].key.map { BatchKey(key.values + $0.values) } ?? key
            }
        }
        return parts
    }

    /// The parts that several batchers make, one after the other.
    public func divided(by batchers: [any Batcher]) throws -> [RecordBatch] {
        var batches = count == 0 ? [] : [self]
        for batcher in batchers { batches = try batches.flatMap { try $0.divided(by: batcher) } }
        return batches
    }

    /// Checks that every position is in exactly one part, ascending within it, and that no part is empty (I5).
    private static func check(_ parts: [BatchPart], count: Int, name: String) throws {
        func violation(_ what: String) -> CartloadError {
            CartloadError(
                .notAPartition, "\(name) is not a partition: \(what)",
                advice: "A batcher must put every record into exactly one part; nothing of this batch was passed on.")
        }
        var seen = [UInt64](repeating: 0, count: (count + 63) / 64)
        var total = 0
        for part in parts {
            guard part.positions.count > 0 else { throw violation("a part is empty") }
            total += part.positions.count
            switch part.positions {
            case .range(let range):
                guard range.lowerBound >= 0, range.upperBound <= count else {
                    throw violation("it has record \(range.upperBound - 1) of \(count)")
                }
                for position in range {
                    guard seen[position >> 6] & (1 << UInt64(position & 63)) == 0 else {
                        throw violation("record \(position) is repeated")
                    }
                    seen[position >> 6] |= 1 << UInt64(position & 63)
                }
            case .rows(let rows):
                var last: Int32 = -1
                for position in rows {
                    guard position > last, position < count else {
                        throw violation("record \(position) is out of order or outside the batch")
                    }
                    last = position
                    let (word, bit) = (Int(position) >> 6, UInt64(1) << UInt64(position & 63))
                    guard seen[word] & bit == 0 else { throw violation("record \(position) is repeated") }
                    seen[word] |= bit
                }
            }
        }
        guard total == count else { throw violation("\(count - total) of \(count) records are lost") }
    }
}
