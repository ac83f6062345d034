// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import CartloadStores

@Suite struct SegmentLedgerTests {
    /// Places a frame, in a new segment where one is needed.
    private static func place(_ length: Int, in ledger: inout SegmentLedger) -> [Int] {
        if let place = ledger.place(length) { return [place.segment, place.offset] }
        let place = ledger.add(ledger.nextNumber, size: max(length, ledger.segmentBytes), placing: length)
        return [place.segment, place.offset]
    }

    private static func tally(_ changes: (Int, Int)...) -> SegmentTally {
        var tally = SegmentTally()
        for (segment, count) in changes { tally.add(segment, count) }
        return tally
    }

    @Test func framesFollowOneAnotherAndAFullSegmentIsLeft() {
        var ledger = SegmentLedger(segmentBytes: 100, keptSegments: 1)
        #expect(Self.place(60, in: &ledger) == [1, 0])
        #expect(Self.place(40, in: &ledger) == [1, 60])
        #expect(Self.place(1, in: &ledger) == [2, 0])
        #expect(ledger.settle(Self.tally((1, 2), (2, 1))) == [])
        #expect(ledger.live(1) == 2)
    }

    @Test func aSegmentWithoutPayloadsIsWrittenAgainAndWhatIsTooManyGoes() {
        var ledger = SegmentLedger(segmentBytes: 100, keptSegments: 1)
        for number in 1...4 { #expect(Self.place(100, in: &ledger) == [number, 0]) }
        #expect(ledger.settle(Self.tally((1, 1), (2, 1), (3, 1), (4, 1))) == [])
        #expect(ledger.settle(Self.tally((2, -1))) == [])
        #expect(ledger.settle(Self.tally((1, -1))) == [1])
        #expect(Self.place(10, in: &ledger) == [2, 0])
        #expect(Self.place(10, in: &ledger) == [2, 10])
    }

    @Test func aSegmentIsNotReusedInTheGroupThatFilledIt() {
        var ledger = SegmentLedger(segmentBytes: 100, keptSegments: 1)
        #expect(Self.place(100, in: &ledger) == [1, 0])
        #expect(Self.place(100, in: &ledger) == [2, 0])
        #expect(Self.place(100, in: &ledger) == [3, 0])
    }

    @Test func aLongFrameHasASegmentOfItsOwnThatGoesWithIt() {
        var ledger = SegmentLedger(segmentBytes: 100, keptSegments: 5)
        #expect(Self.place(10, in: &ledger) == [1, 0])
        #expect(Self.place(500, in: &ledger) == [2, 0])
        #expect(Self.place(10, in: &ledger) == [1, 10])
        #expect(ledger.settle(Self.tally((1, 2), (2, 1))) == [])
        #expect(ledger.settle(Self.tally((2, -1))) == [2])
    }

    @Test func afterAFailureNothingMoreGoesToTheSegment() {
        var ledger = SegmentLedger(segmentBytes: 100, keptSegments: 1)
        #expect(Self.place(10, in: &ledger) == [1, 0])
        #expect(ledger.settle(Self.tally((1, 1))) == [])
        #expect(Self.place(10, in: &ledger) == [1, 10])
        ledger.abandon()
        #expect(ledger.settle(SegmentTally()) == [])
        #expect(Self.place(10, in: &ledger) == [2, 0])
        #expect(ledger.settle(Self.tally((1, -1), (2, 1))) == [])
        #expect(ledger.free == [1])
    }
}
