// SPDX-License-Identifier: Apache-2.0

import CartloadCore
import Testing

@testable import CartloadFlow

@Suite struct ResumptionTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        var saved: SavedCheckpoint?
        /// The sequence number of the last commit by outlet, which is its checkpoint too; 0 for none.
        var transactional: [String: Int] = [:]
        var participants = 2
        /// What is expected: the checkpoint, the sequence, whose receipts, and who is ahead.
        var checkpoint: Int?
        var sequence: Int
        var receipts: Int?
        var ahead: [String: Int] = [:]
    }

    private static func at(_ number: Int) -> Checkpoint { Checkpoint(["at": .int(number)]) }

    private static func receipts(_ number: Int) -> [String: JSONValue] { ["files": ["of": .int(number)]] }

    private static func saved(_ number: Int, intent: Int? = nil) -> SavedCheckpoint {
        SavedCheckpoint(
            sequence: number, checkpoint: number == 0 ? nil : at(number),
            receipts: number == 0 ? [:] : receipts(number),
            intent: intent.map { .init(sequence: $0, checkpoint: at($0), receipts: receipts($0)) })
    }

    static let cases = [
        Case(testDescription: "the first run", transactional: ["a": 0], sequence: 0),
        Case(
            testDescription: "one destination holds the truth", transactional: ["a": 4], participants: 1, checkpoint: 4,
            sequence: 4),
        Case(
            testDescription: "one destination holds the truth, whatever was saved", saved: saved(9),
            transactional: ["a": 0], participants: 1, sequence: 0),
        Case(testDescription: "files only", saved: saved(3), participants: 1, checkpoint: 3, sequence: 3, receipts: 3),
        Case(
            testDescription: "everyone is where the store is", saved: saved(3), transactional: ["a": 3, "b": 3],
            checkpoint: 3, sequence: 3, receipts: 3),
        Case(
            testDescription: "the intent was not carried out", saved: saved(3, intent: 4), transactional: ["a": 3],
            checkpoint: 3, sequence: 3, receipts: 3),
        Case(
            testDescription: "the intent was carried out", saved: saved(3, intent: 4), transactional: ["a": 4],
            checkpoint: 4, sequence: 4, receipts: 4),
        Case(
            testDescription: "the intent was carried out by all", saved: saved(3, intent: 4),
            transactional: ["a": 4, "b": 4], checkpoint: 4, sequence: 4, receipts: 4),
        Case(
            testDescription: "the intent was carried out by one", saved: saved(3, intent: 4),
            transactional: ["a": 4, "b": 3], participants: 3, checkpoint: 3, sequence: 4, receipts: 3, ahead: ["a": 4]),
        Case(
            testDescription: "the first intent was carried out by one", saved: saved(0, intent: 1),
            transactional: ["a": 1, "b": 0], participants: 3, sequence: 1, ahead: ["a": 1]),
        Case(
            testDescription: "the first intent was carried out by all", saved: saved(0, intent: 1),
            transactional: ["a": 1], checkpoint: 1, sequence: 1, receipts: 1),
        Case(
            testDescription: "a second crash on the way to one that is ahead", saved: saved(2, intent: 3),
            transactional: ["a": 5, "b": 3], participants: 3, checkpoint: 2, sequence: 5, receipts: 2,
            ahead: ["a": 5, "b": 3]),
    ]

    @Test(arguments: cases) func whereARunBegins(_ test: Case) {
        let resumption = Resumption(
            saved: test.saved,
            transactional: test.transactional.mapValues {
                $0 == 0 ? nil : Commit(sequence: $0, checkpoint: Self.at($0))
            }, participants: test.participants)
        #expect(resumption.checkpoint == test.checkpoint.map(Self.at))
        #expect(resumption.sequence == test.sequence)
        #expect(resumption.receipts == (test.receipts.map(Self.receipts) ?? [:]))
        #expect(resumption.ahead == test.ahead.mapValues(Self.at))
    }
}
