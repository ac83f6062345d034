// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore

extension SourceContract {
    /// Every batch has a description of its own and is closed last of all, empty or not.
    func checkBatches(_ whole: StreamReading, of stream: any CartloadCore.Stream) async throws {
        let name = stream.description.name
        var seen: Set<BatchDescription> = []
        for batch in whole.batches {
            try expect(seen.insert(batch).inserted, "\"\(name)\" has two batches with the description \(batch)")
            let text = try JSONValue(parsing: batch.description)
            try expect(text == .object(batch.value), "the batch \(batch) of \"\(name)\" does not survive being stored")
        }
        for batch in whole.batches.prefix(SourceContract.maximumLooks) {
            let reading = try await StreamReading(batch, of: stream, blockSize: blockSize)
            guard case .closed? = reading.elements.last else {
                throw ContractFailure("the batch \(batch) of \"\(name)\" does not end with a close")
            }
        }
    }

    /// How many batches or places are looked at one by one.
    private static let maximumLooks = 40

    /// What must hold for batches that are read at the same time and end in any order.
    func checkComposition(_ whole: StreamReading, of stream: any ComposableStream) async throws {
        let readings = try await readings(whole.batches, of: stream)
        try checkRecords(whole, readings, of: stream)
        for reading in readings { try await checkPlaces(reading, of: stream) }
        try await checkCheckpoints(whole, of: stream)
        try await checkRandomOrders(whole, of: stream)
        let foreign = Checkpoint(["kind": "of another source", "version": 1, "stream": "another"])
        do {
            _ = try await StreamReading.offer(stream, since: foreign)
        } catch is CartloadError {
            return
        }
        throw ContractFailure("\"\(stream.description.name)\" takes the checkpoint \(foreign) for its own")
    }

    /// Each batch by itself, as many at the same time as the stream allows.
    private func readings(
        _ batches: [BatchDescription], of stream: any ComposableStream
    ) async throws -> [StreamReading] {
        let width = max(1, stream.description.concurrency)
        let size = blockSize
        var readings: [Int: StreamReading] = [:]
        for first in stride(from: 0, to: batches.count, by: width) {
            try await withThrowingTaskGroup(of: (Int, StreamReading).self) { group in
                for index in first..<min(first + width, batches.count) {
                    let batch = batches[index]
                    group.addTask { @concurrent in
                        (index, try await StreamReading(batch, of: stream, blockSize: size))
                    }
                }
                for try await (index, reading) in group { readings[index] = reading }
            }
        }
        return batches.indices.compactMap { readings[$0] }
    }

    private func checkRecords(
        _ whole: StreamReading, _ readings: [StreamReading], of stream: any ComposableStream
    ) throws {
        let name = stream.description.name
        for reading in readings {
            let closed = reading.elements.compactMap { element -> BatchDescription? in
                if case .closed(let batch, _) = element { batch } else { nil }
            }
            try expect(
                closed == reading.batches,
                "the batch \(reading.batches[0]) of \"\(name)\" was closed as \(closed), and not once as itself")
        }
        try expect(
            try readings.flatMap { try $0.records() } == whole.records(),
            "batches of \"\(name)\" read at the same time give other records than one after the other")
    }

    /// From every place inside a batch, exactly its rest (I2).
    private func checkPlaces(_ reading: StreamReading, of stream: any ComposableStream) async throws {
        let elements = reading.elements
        let positions = elements.indices.filter { index in
            if case .records(_, _, _?, _) = elements[index] { true } else { false }
        }
        let step = max(1, positions.count / 8)
        for position in positions where (position - positions[0]) % step == 0 || position == positions.last {
            guard let place = elements[position].checkpoint else { continue }
            var batch = reading.batches[0]
            batch.resume = try JSONValue(parsing: place.description)
            let rest = try await StreamReading(batch, of: stream, blockSize: blockSize)
            try expect(
                try rest.records() == StreamReading.records(elements[(position + 1)...]),
                "the batch \(batch) of \"\(stream.description.name)\" resumed at \(place) does not give exactly its rest"
            )
        }
    }

    /// After any number of batches the others are offered, and a batch that was left out does not move the stream back.
    private func checkCheckpoints(_ whole: StreamReading, of stream: any ComposableStream) async throws {
        let name = stream.description.name
        var checkpoint = whole.start
        let step = max(1, whole.batches.count / SourceContract.maximumLooks)
        for (index, batch) in whole.batches.enumerated() {
            let next = try stream.checkpoint(after: batch, since: checkpoint)
            checkpoint = try Checkpoint(JSONValue(parsing: next.description))
            try expect(
                next == checkpoint, "the checkpoint \(next) of \"\(name)\" does not survive being stored as text")
            guard index % step == 0 || index == whole.batches.count - 1 else { continue }
            let rest = Array(whole.batches[(index + 1)...])
            let offered = try await StreamReading.offer(stream, since: checkpoint).batches
            try expect(
                offered == rest,
                "\"\(name)\" offers \(offered.count) batches after \(next), and not the \(rest.count) that are left")
            let early = whole.batches[index / 2]
            let again = try stream.checkpoint(after: early, since: checkpoint)
            let others = try await StreamReading.offer(stream, since: again).batches
            try expect(others == rest, "\"\(name)\" goes back to \(again) when \(early) is done late")
        }
    }

    /// Batches end in random orders and runs break off at random, as an engine does it; each record is read once.
    private func checkRandomOrders(_ whole: StreamReading, of stream: any ComposableStream) async throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        var random = SeededGenerator(seed: seed)
        let numbers = Dictionary(whole.batches.enumerated().map { ($1, $0) }) { first, _ in first }
        for _ in 0..<8 {
            var base: Checkpoint?
            var early: Set<BatchDescription> = []
            var done: [Int] = []
            while done.count < whole.batches.count {
                let (start, batches) = try await StreamReading.offer(stream, since: base)
                base = start
                var order = batches[...]
                var waiting = batches.filter { !early.contains($0) }
                try expect(!waiting.isEmpty, "\"\(stream.description.name)\" offers too few batches (seed \(seed))")
                var left = Int.random(in: 1...waiting.count, using: &random)
                while left > 0 {
                    let batch = waiting.remove(at: Int.random(in: waiting.indices, using: &random))
                    guard let number = numbers[batch], !done.contains(number) else {
                        throw ContractFailure(
                            "\"\(stream.description.name)\" offers \(batch), which is new or done (seed \(seed))")
                    }
                    done.append(number)
                    early.insert(batch)
                    while let first = order.first, early.remove(first) != nil {
                        base = try stream.checkpoint(after: first, since: base)
                        order.removeFirst()
                    }
                    left -= 1
                }
            }
            let rest = try await StreamReading.offer(stream, since: base).batches
            try expect(rest.isEmpty, "\"\(stream.description.name)\" offers \(rest) after the end (seed \(seed))")
        }
    }
}
