// SPDX-License-Identifier: Apache-2.0

import CartloadCore
import CartloadTesting
import Testing

@testable import CartloadFlow

@Suite struct BatchLedgerTests {
    private struct Counting: ComposableStream {
        let description = StreamDescription("counting")

        func batches(since checkpoint: Checkpoint?) async throws -> [BatchDescription] { [] }

        func read(_ batch: BatchDescription, into output: BatchOutput) async throws {}

        func checkpoint(after batch: BatchDescription, since checkpoint: Checkpoint?) throws -> Checkpoint {
            Checkpoint(batch["n"] ?? .null)
        }
    }

    private func batch(_ number: Int) -> BatchDescription { ["n": .int(number)] }

    @Test func thePointMovesOnlyWhenAllBeforeItAreDone() throws {
        var ledger = try BatchLedger(Counting(), since: nil)
        for number in 1...3 { _ = try ledger.begin(batch(number)) }
        try ledger.close(batch(2))
        try ledger.close(batch(3))
        #expect(ledger.base == nil)
        try ledger.close(batch(1))
        #expect(ledger.base == Checkpoint(3))
        #expect(ledger.checkpoint == Checkpoint(["composed": 1, "up_to": 3]))
    }

    @Test func aDoneBatchIsNotBegunAgainAndAnOpenOneGoesOn() throws {
        var ledger = try BatchLedger(Counting(), since: nil)
        for number in 1...3 { _ = try ledger.begin(batch(number)) }
        try ledger.close(batch(3))
        ledger.reach(batch(2), ["page": 7])
        var later = try BatchLedger(Counting(), since: ledger.checkpoint)
        #expect(try later.begin(batch(1)) == batch(1))
        #expect(try later.begin(batch(2))?.resume == ["page": 7])
        #expect(try later.begin(batch(3)) == nil)
        try later.close(batch(1))
        try later.close(batch(2))
        #expect(later.checkpoint == Checkpoint(["composed": 1, "up_to": 3]))
    }

    @Test func whatIsKnownOfBatchesNotBegunYetStays() throws {
        var ledger = try BatchLedger(Counting(), since: nil)
        for number in 1...4 { _ = try ledger.begin(batch(number)) }
        try ledger.close(batch(4))
        var later = try BatchLedger(Counting(), since: ledger.checkpoint)
        _ = try later.begin(batch(1))
        try later.close(batch(1))
        let last = try BatchLedger(Counting(), since: later.checkpoint)
        #expect(last.base == Checkpoint(1))
        #expect(last.checkpoint.value["done"]?.arrayValue?.count == 1)
    }

    @Test func twoOpenBatchesWithTheSameDescriptionAreAnError() throws {
        var ledger = try BatchLedger(Counting(), since: nil)
        _ = try ledger.begin(batch(1))
        #expect { try ledger.begin(batch(1)) } throws: { ($0 as? CartloadError)?.code == .duplicateBatch }
    }

    @Test func twoBatchesWithTheSameDescriptionOneAfterTheOtherAreAnError() throws {
        var ledger = try BatchLedger(Counting(), since: nil)
        for number in 1...3 {
            _ = try ledger.begin(batch(number))
            try ledger.close(batch(number))
        }
        #expect { try ledger.begin(batch(2)) } throws: { error in
            guard let error = error as? CartloadError else { return false }
            return error.code == .duplicateBatch && error.message.contains(#"{"n":2}"#)
        }
    }

    @Test func aCheckpointFromBeforeBatchesComposedIsTheStreamsOwn() throws {
        let ledger = try BatchLedger(Counting(), since: Checkpoint(["n": 1]))
        #expect(ledger.base == Checkpoint(["n": 1]))
        #expect(ledger.checkpoint == Checkpoint(["composed": 1, "up_to": ["n": 1]]))
    }

    @Test func whatNoLongerExistsIsForgottenWhenAllHaveBeenOffered() throws {
        var ledger = try BatchLedger(Counting(), since: nil)
        for number in 1...5 { _ = try ledger.begin(batch(number)) }
        for number in 3...4 { try ledger.close(batch(number)) }
        ledger.reach(batch(5), ["page": 2])
        var later = try BatchLedger(Counting(), since: ledger.checkpoint)
        for number in 1...2 {
            _ = try later.begin(batch(number))
            try later.close(batch(number))
        }
        #expect(later.checkpoint.value["done"]?.arrayValue?.count == 2)
        #expect(later.finish() == Checkpoint(["composed": 1, "up_to": 2]))
        #expect(later.finish() == nil)
    }

    @Test(arguments: [JSONValue.null, 5, [], ["composed": 2], ["composed": "1"]])
    func aCheckpointOfAnotherKindIsRefused(_ value: JSONValue) {
        #expect { try BatchLedger(Counting(), since: Checkpoint(value)) } throws: {
            ($0 as? CartloadError)?.code == .sourceCheckpoint
        }
    }

    @Test func aSkippedBatchIsRememberedUntilItIsDone() throws {
        var ledger = try BatchLedger(Counting(), since: nil)
        _ = try ledger.begin(batch(1))
        try ledger.skip(batch(1))
        var later = try BatchLedger(Counting(), since: ledger.checkpoint)
        #expect(later.base == Checkpoint(1))
        #expect(later.skipped == [batch(1)])
        #expect(later.retry(batch(1)) == batch(1))
        later.reach(batch(1), ["page": 2])
        var last = try BatchLedger(Counting(), since: later.checkpoint)
        #expect(last.retry(batch(1)).resume == ["page": 2])
        try last.close(batch(1))
        #expect(last.checkpoint == Checkpoint(["composed": 1, "up_to": 1]))
    }

    /// A million batches leave nothing behind, and what is kept on the way is bounded.
    @Test(arguments: [UInt64(1), 2, 3])
    func theCheckpointStaysSmallWhateverTheOrder(_ seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var ledger = try BatchLedger(Counting(), since: nil)
        var open: [Int] = []
        var next = 0
        var largest = 0
        while next < 100_000 || !open.isEmpty {
            if next < 100_000, ledger.hasRoom, open.count < 32, open.isEmpty || random.below(2) == 0 {
                _ = try ledger.begin(batch(next))
                open.append(next)
                next += 1
            } else {
                let number = open.remove(at: random.below(open.count))
                try ledger.close(batch(number))
            }
            if next % 997 == 0 { largest = max(largest, ledger.checkpoint.description.utf8.count) }
        }
        #expect(ledger.checkpoint == Checkpoint(["composed": 1, "up_to": 99_999]), "seed \(seed)")
        #expect(largest < 4096, "seed \(seed)")
    }
}
