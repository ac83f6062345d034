// SPDX-License-Identifier: Apache-2.0

import CartloadCore
import CartloadTesting
import Testing

/// The contract of batched sources holds for a right stream and finds each wrong one.
@Suite struct BatchContractTests {
    enum Fault: CaseIterable {
        case repeatsADescription, forgetsToCloseEmptyBatches, closesTwice, closesAnotherBatch, resumesOneLater
        case ignoresThePlace, offersWhatIsDone, goesBack, takesForeignCheckpoints, losesABatchInTheMiddle
        case changesDescriptions, mixesBatches
    }

    @Test func `A stream that keeps the contract passes`() async throws {
        let expected = (0..<100).filter { !(40..<60).contains($0) }.map { JSONObject([("id", .int($0))]) }
        try await SourceContract(Numbers(fault: nil), expected: ["numbers": expected], blockSize: 1).run()
    }

    @Test(arguments: Fault.allCases) func `A stream with a fault is found out`(fault: Fault) async {
        await #expect(throws: ContractFailure.self) {
            try await SourceContract(Numbers(fault: fault), blockSize: 1).run()
        }
    }

    @Test func `The source in memory keeps the contract, with empty batches too`() async throws {
        let batches = [3, 0, 2, 0].map { count in
            RecordBatch(records: (0..<count).map { JSONObject([("id", .int($0))]) })
        }
        try await SourceContract(MemorySource("numbers", batches)).run()
        try await SourceContract(MemorySource("none", [])).run()
    }
}

/// The numbers 0 to 99 without 40 to 59, in ranges of ten that can be resumed after every third.
private struct Numbers: Source {
    let fault: BatchContractTests.Fault?

    func streams() async throws -> [any CartloadCore.Stream] { [NumberStream(fault: fault)] }
}

private struct NumberStream: PlannedStream, LazilyBatchedStream {
    let fault: BatchContractTests.Fault?

    var description: StreamDescription { StreamDescription("numbers", keys: ["id"], concurrency: 4) }

    private func ranges() throws -> IntegerRanges { try IntegerRanges(stream: "numbers", first: 0, width: 10) }

    func plan(since checkpoint: Checkpoint?) async throws -> Checkpoint {
        do {
            return try ranges().plan(since: checkpoint, through: 99)
        } catch  where fault == .takesForeignCheckpoints {
            return try ranges().plan(since: nil, through: 99)
        }
    }

    func batchSequence(since checkpoint: Checkpoint?) async throws -> BatchSequence {
        guard let checkpoint else { return BatchSequence { nil } }
        let ranges = try ranges()
        var batches = try ranges.batches(of: checkpoint)
        switch fault {
        case .repeatsADescription: batches.append(batches.first ?? ["from": 0, "to": 9])
        case .offersWhatIsDone: batches = try ranges.batches(since: nil, through: 99)
        case .losesABatchInTheMiddle where batches.count < 6: batches = Array(batches.dropFirst())
        case .changesDescriptions:
            batches = batches.map { batch in
                var batch = batch
                batch.value["left"] = .int(batches.count)
                return batch
            }
        default: break
        }
        let list = ListOfBatches(batches)
        return BatchSequence { await list.next() }
    }

    func read(_ batch: BatchDescription, into output: BatchOutput) async throws {
        let range = try IntegerRanges.range(of: batch)
        let from = fault == .ignoresThePlace ? nil : batch.resume?.intValue
        let numbers = range.filter { !(40..<60).contains($0) && $0 >= from ?? 0 }.map { Int($0) }
        for first in stride(from: 0, to: numbers.count, by: 3) {
            var block = Array(numbers[first..<min(first + 3, numbers.count)])
            let place = (block.last ?? 0) + (fault == .resumesOneLater ? 2 : 1)
            if fault == .mixesBatches { block.append(await mixture.next()) }
            let records = block.map { JSONObject([("id", .int($0))]) }
            try await output.write(RecordBatch(records: records), checkpoint: Checkpoint(.int(place)))
        }
        if fault == .forgetsToCloseEmptyBatches, numbers.isEmpty { return }
        try await output.close(fault == .closesAnotherBatch ? ["from": 0, "to": 9] : batch)
        if fault == .closesTwice { try await output.close(batch) }
    }

    func checkpoint(after batch: BatchDescription, since checkpoint: Checkpoint?) throws -> Checkpoint {
        let next = try ranges().checkpoint(after: batch, since: checkpoint)
        guard fault == .goesBack else { return next }
        var value = next.value.objectValue ?? JSONObject()
        value["through"] = batch["to"]
        value["until"] = [99]
        return batch["to"] == 99 ? next : Checkpoint(.object(value))
    }
}

/// A number that differs with every read, as state shared between batches would.
private let mixture = Counter()

private actor Counter {
    private var count = 0

    func next() -> Int {
        count += 1
        return count
    }
}

private actor ListOfBatches {
    private var batches: ArraySlice<BatchDescription>

    init(_ batches: [BatchDescription]) { self.batches = batches[...] }

    func next() -> BatchDescription? { batches.popFirst() }
}
