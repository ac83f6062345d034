// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore

extension Rows {
    /// Some records after one another, in the same memory.
    func part(_ records: Range<Int>) -> Rows {
        if records == 0..<count { return self }
        let chosen = places.withUnsafeBufferPointer { Array($0[records]) }
        guard isLineFed, let first = chosen.first, let last = chosen.last else {
            return Rows(bytes: bytes, places: Buffer(chosen), isLineFed: false)
        }
        // With the line feed of the last one, so that they can still be written as they are.
        return Rows(
            bytes: bytes[Int(first.start)..<Int(last.end) + 1],
            places: Buffer(chosen.map { RowPlace(start: $0.start - first.start, end: $0.end - first.start) }),
            isLineFed: true)
    }
}
