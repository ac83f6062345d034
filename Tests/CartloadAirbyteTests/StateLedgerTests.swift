// SPDX-License-Identifier: Apache-2.0

import CartloadCore
import Testing

@testable import CartloadAirbyte

@Suite struct StateLedgerTests {
    private let drain = DestinationOptions.Drain(records: 100, bytes: 1000, states: 3, age: .seconds(10))

    @Test func allStatesLeaveInOrderAndOnce() throws {
        var ledger = StateLedger(drain, holdsStates: false)
        ledger.wrote(records: 1, bytes: 1, at: .zero)
        try ledger.reached(Bytes("1"), at: .zero)
        try ledger.reached(Bytes("1"), at: .zero)
        try ledger.reached(Bytes("2"), at: .zero)
        #expect(ledger.committed(isComplete: false).map(\.text) == ["1", "1", "2"])
        #expect(ledger.committed(isComplete: true).isEmpty)
    }

    @Test(arguments: [
        (records: 99, bytes: 999, states: 2, seconds: 9, isDue: false), (100, 1, 0, 0, true), (1, 1000, 0, 0, true),
        (1, 1, 3, 0, true), (1, 1, 0, 10, true), (0, 0, 1, 0, true), (0, 0, 0, 100, false),
    ]) func itIsDueByWhicheverComesFirst(
        _ given: (records: Int, bytes: Int, states: Int, seconds: Int, isDue: Bool)
    ) throws {
        var ledger = StateLedger(drain, holdsStates: false)
        if given.records > 0 { ledger.wrote(records: given.records, bytes: given.bytes, at: .zero) }
        for _ in 0..<given.states { try ledger.reached(Bytes("s"), at: .zero) }
        #expect(ledger.isDue(at: .seconds(given.seconds)) == given.isDue)
    }

    @Test func heldStatesWaitForTheEndAndAreBounded() throws {
        var ledger = StateLedger(drain, holdsStates: true)
        try ledger.reached(Bytes("1"), at: .zero)
        #expect(!ledger.isDue(at: .seconds(100)))
        ledger.wrote(records: 100, bytes: 1, at: .zero)
        #expect(ledger.isDue(at: .zero))
        #expect(ledger.committed(isComplete: false).isEmpty)
        let large = Bytes(String(repeating: "x", count: StateLedger.maximumHeldBytes))
        #expect(throws: CartloadError.self) { try ledger.reached(large, at: .zero) }
        #expect(ledger.committed(isComplete: true).map(\.text) == ["1"])
    }

    @Test(arguments: [
        (DestinationSyncMode.append, nil as Int?, nil as Int?, LoadMethod.append, false),
        (.append, 5, 0, .append, false), (.append, 5, 5, .overwrite, true), (.overwrite, nil, nil, .overwrite, true),
        (.overwrite, 5, 0, .append, false), (.overwrite, 5, 5, .overwrite, true), (.appendDedup, 5, 0, .upsert, false),
        (.appendDedup, 5, 5, .upsert, true), (.appendDedup, nil, nil, .upsert, false),
    ]) func modesAndGenerationsSayHowToLoad(
        mode: DestinationSyncMode, generation: Int?, minimum: Int?, method: LoadMethod, truncates: Bool
    ) throws {
        var stream = ConfiguredStream(
            AirbyteStream(StreamDescriptor("s"), jsonSchema: JSONObject()), .fullRefresh, mode)
        stream.generationID = generation
        stream.minimumGenerationID = minimum
        let plan = try LoadPlan(stream)
        #expect(plan.method == method)
        #expect(plan.truncates == truncates)
    }

    @Test func onlyTheSameUnfinishedGenerationIsGoneOnWith() throws {
        var stream = ConfiguredStream(
            AirbyteStream(StreamDescriptor("s"), jsonSchema: JSONObject()), .fullRefresh, .overwrite)
        stream.generationID = 5
        stream.minimumGenerationID = 5
        let plan = try LoadPlan(stream)
        func earlier(_ checkpoint: Checkpoint) -> Commit { Commit(sequence: 1, checkpoint: checkpoint) }
        #expect(plan.goesOn(with: earlier(plan.checkpoint(isComplete: false))))
        #expect(!plan.goesOn(with: earlier(plan.checkpoint(isComplete: true))))
        #expect(!plan.goesOn(with: nil))
        stream.generationID = 6
        stream.minimumGenerationID = 6
        #expect(try !LoadPlan(stream).goesOn(with: earlier(plan.checkpoint(isComplete: false))))
        stream.minimumGenerationID = 5
        #expect(throws: CartloadError.self) { try LoadPlan(stream) }
    }
}
