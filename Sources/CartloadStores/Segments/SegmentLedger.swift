// SPDX-License-Identifier: Apache-2.0

/// Which segments there are, how many payloads live in each, and where the next frame goes.
///
/// Frames are placed one after another in the current segment; a full one is left, and one without payloads is written
/// again. A frame longer than a segment gets one of its own size, which is removed with it. For each group: ``place(_:)``
/// and ``add(_:size:placing:)``, then either ``settle(_:)`` or ``abandon()`` and ``settle(_:)``.
struct SegmentLedger {
    private struct Segment {
        var size: Int
        var live: Int
    }

    let segmentBytes: Int
    let keptSegments: Int
    private var segments: [Int: Segment] = [:]
    /// Without payloads, to be written again; the one written last comes first, for its pages may be in memory.
    private(set) var free: [Int] = []
    private(set) var current: (segment: Int, end: Int)?
    /// Those that may have no payloads at the end of the group.
    private var touched: Set<Int> = []
    private(set) var nextNumber = 1

    init(segmentBytes: Int, keptSegments: Int) {
        self.segmentBytes = segmentBytes
        self.keptSegments = keptSegments
    }

    var numbers: [Int] { segments.keys.sorted() }

    func live(_ segment: Int) -> Int { segments[segment]?.live ?? 0 }

    /// Takes in a segment found on the disk, with the payloads that live in it.
    mutating func found(_ number: Int, size: Int, live: Int) {
        segments[number] = Segment(size: size, live: live)
        nextNumber = max(nextNumber, number + 1)
        touched.insert(number)
    }

    /// Goes on in a segment found on the disk, after the last payload that lives in it.
    mutating func resume(_ number: Int, at end: Int) {
        if segments[number]?.size == segmentBytes, end < segmentBytes { current = (number, end) }
    }

    /// Where a frame goes; nil when a new segment is needed for it.
    mutating func place(_ length: Int) -> (segment: Int, offset: Int)? {
        guard length <= segmentBytes else { return nil }
        if let current, length <= segmentBytes - current.end {
            self.current = (current.segment, current.end + length)
            touched.insert(current.segment)
            return (current.segment, current.end)
        }
        leaveCurrent()
        guard let recycled = free.popLast() else { return nil }
        current = (recycled, length)
        touched.insert(recycled)
        return (recycled, 0)
    }

    /// Takes in a new segment and places the frame for which it was made.
    mutating func add(_ number: Int, size: Int, placing length: Int) -> (segment: Int, offset: Int) {
        found(number, size: size, live: 0)
        if size == segmentBytes {
            leaveCurrent()
            current = (number, length)
        }
        return (number, 0)
    }

    /// After a write that failed, nothing more goes to the current segment: what the disk has of it is not known.
    mutating func abandon() { leaveCurrent() }

    /// Ends a group.
    ///
    /// - Parameter tally: What the transaction has changed; empty when it failed.
    /// - Returns: Segments that are not needed any more, which the ledger has forgotten.
    mutating func settle(_ tally: SegmentTally) -> [Int] {
        for (number, change) in tally.changes {
            segments[number]?.live += change
            touched.insert(number)
        }
        var removed: [Int] = []
        for number in touched.sorted() where number != current?.segment {
            guard let segment = segments[number], segment.live == 0, !free.contains(number) else { continue }
            if segment.size == segmentBytes, free.count < keptSegments {
                free.append(number)
            } else {
                segments[number] = nil
                removed.append(number)
            }
        }
        touched = []
        return removed
    }

    private mutating func leaveCurrent() {
        if let current { touched.insert(current.segment) }
        current = nil
    }
}
