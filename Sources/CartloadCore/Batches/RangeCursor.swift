// SPDX-License-Identifier: Apache-2.0

internal import Synchronization

/// Ranges on a grid one after another, cut at the ends of plans; all 64 bits may occur, so nothing here may overflow.
struct RangeCursor: Sendable {
    let first: Int64
    let width: Int64
    var from: Int64
    var ends: ArraySlice<Int64>

    mutating func next() -> ClosedRange<Int64>? {
        while let end = ends.first {
            guard from <= end else {
                ends.removeFirst()
                continue
            }
            // Distances between two 64-bit numbers need all bits of an unsigned one.
            let intoCell = UInt64(bitPattern: from &- first) % UInt64(width)
            let left = UInt64(width) - 1 - intoCell
            let to = UInt64(bitPattern: end &- from) <= left ? end : from &+ Int64(bitPattern: left)
            defer { if to == .max { ends = [] } else { from = to + 1 } }
            return from...to
        }
        return nil
    }
}

/// A cursor that may be asked from any task, one at a time.
final class LockedRanges: Sendable {
    private let cursor: Mutex<RangeCursor>

    init(_ cursor: RangeCursor) { self.cursor = Mutex(cursor) }

    func next() -> ClosedRange<Int64>? { cursor.withLock { $0.next() } }
}
