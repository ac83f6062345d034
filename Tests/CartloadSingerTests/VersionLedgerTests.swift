// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import CartloadSinger

/// When an activation may happen: what happened, and what a commit and the end then activate.
@Suite struct VersionLedgerTests {
    enum Event: Sendable {
        case record(Int64), activate(Int64), commit(Int64?), end(Int64?)
    }

    @Test(
        arguments: [
            [.end(nil)], [.record(1), .commit(nil), .end(nil)],
            // After the records.
            [.record(1), .activate(1), .commit(1), .commit(nil), .end(nil)],
            // Before the records: only the end, or another activation, tells that they are all there.
            [.activate(1), .commit(nil), .record(1), .commit(nil), .end(1)],
            [.activate(1), .record(1), .commit(nil), .activate(1), .commit(1), .end(nil)],
            // Without records: the table is empty now.
            [.activate(1), .end(1), .end(nil)],
            // Of several the last counts.
            [.record(1), .activate(1), .record(2), .activate(2), .commit(2), .end(nil)],
            [.record(1), .activate(1), .activate(2), .end(2)],
            [.record(1), .activate(1), .commit(1), .activate(2), .commit(nil), .record(2), .end(2)],
            // Seconds after milliseconds: the new version is the smaller.
            [
                .record(1_794_999_000_123), .activate(1_794_999_000_123), .commit(1_794_999_000_123),
                .record(1_795_000_000),
                .activate(1_795_000_000), .commit(1_795_000_000), .end(nil),
            ],
        ] as [[Event]])
    func itActivatesWhenTheRecordsAreThere(events: [Event]) {
        var ledger = VersionLedger()
        for (number, event) in events.enumerated() {
            switch event {
            case .record(let version): ledger.wrote(version)
            case .activate(let version): ledger.activate(version)
            case .commit(let expected): #expect(ledger.take(isEnd: false) == expected, "event \(number)")
            case .end(let expected): #expect(ledger.take(isEnd: true) == expected, "event \(number)")
            }
        }
    }
}
