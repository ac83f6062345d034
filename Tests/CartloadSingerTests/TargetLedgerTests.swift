// SPDX-License-Identifier: Apache-2.0

import CartloadCore
import Testing

@testable import CartloadSinger

@Suite struct TargetLedgerTests {
    private let drain = TargetOptions.Drain(records: 10, bytes: 100, age: .seconds(5))

    @Test(arguments: [(9, 99, 4, false), (10, 0, 0, true), (0, 100, 0, true), (1, 1, 5, true)])
    func itIsDueByRecordsBytesOrAge(records: Int, bytes: Int, seconds: Int, isDue: Bool) {
        var ledger = TargetLedger(drain)
        ledger.wrote(records: records, bytes: bytes, at: .zero)
        #expect(ledger.isDue(at: .seconds(seconds)) == isDue)
    }

    @Test func itsAgeIsThatOfTheOldest() {
        var ledger = TargetLedger(drain)
        ledger.wrote(records: 1, bytes: 1, at: .seconds(1))
        ledger.reached(Bytes("1"), at: .seconds(4))
        ledger.wrote(records: 1, bytes: 1, at: .seconds(5))
        #expect(!ledger.isDue(at: .milliseconds(5999)) && ledger.isDue(at: .seconds(6)))
        #expect(ledger.committed() == Bytes("1"))
        // Nothing is left of it.
        ledger.wrote(records: 1, bytes: 1, at: .seconds(7))
        #expect(!ledger.isDue(at: .seconds(11)) && ledger.isDue(at: .seconds(12)))
    }

    @Test func withoutRecordsAStateIsDueAtOnceAndOnlyOnce() {
        var ledger = TargetLedger(drain)
        #expect(!ledger.isDue(at: .seconds(100)))
        ledger.reached(Bytes("1"), at: .zero)
        ledger.reached(Bytes("2"), at: .zero)
        #expect(ledger.isDue(at: .zero))
        #expect(ledger.committed() == Bytes("2"))
        #expect(!ledger.isDue(at: .seconds(100)) && ledger.committed() == nil)
    }

    @Test func aStateThatIsKeptLeavesWithTheLastCommit() {
        var ledger = TargetLedger(drain)
        ledger.wrote(records: 10, bytes: 0, at: .zero)
        ledger.reached(Bytes("1"), at: .zero)
        #expect(ledger.committed(keepingState: true) == nil)
        #expect(!ledger.isDue(at: .seconds(100)))
        #expect(ledger.committed() == Bytes("1"))
    }
}
