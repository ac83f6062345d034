// SPDX-License-Identifier: Apache-2.0

public import CartloadCore

/// What every source must do; run it on yours.
///
/// Of every batch: it is closed, also when it is empty; no two have the same description; and from every checkpoint on
/// exactly the rest is read. Of a ``ComposableStream`` also: batches read at the same time, in any order, or again from a
/// place inside give the same records; a batch that is done is not offered again; a foreign checkpoint is refused.
///
/// The source must not change while the contract runs.
public struct SourceContract: Sendable {
    private let source: any Source
    private let expected: [String: [JSONObject]]
    let blockSize: Int

    /// - Parameters:
    ///   - expected: The records by stream, in order; streams that are not named here are compared with themselves
    ///   only.
    ///   - blockSize: Small, so that there are several blocks.
    public init(_ source: any Source, expected: [String: [JSONObject]] = [:], blockSize: Int = 256) {
        self.source = source
        self.expected = expected
        self.blockSize = blockSize
    }

    /// Checks everything.
    ///
    /// - Throws: ``ContractFailure`` with what is wrong, or the error that the source threw.
    public func run() async throws {
        let streams = try await source.streams()
        let names = streams.map(\.description.name)
        try expect(Set(names).count == names.count, "two streams have the same name: \(names)")
        for name in expected.keys.sorted() {
            try expect(names.contains(name), "the stream \"\(name)\" is not among \(names)")
        }
        for stream in streams {
            let whole = try await StreamReading(stream, blockSize: blockSize)
            try check(whole, of: stream)
            try await checkBatches(whole, of: stream)
            if let composable = stream as? any ComposableStream {
                try await checkComposition(whole, of: composable)
            } else {
                try await checkResume(stream, whole)
            }
            try await checkCancellation(stream, whole)
        }
    }

    private func check(_ whole: StreamReading, of stream: any CartloadCore.Stream) throws {
        let name = stream.description.name
        try expect(stream.description.concurrency >= 1, "the concurrency of \"\(name)\" is less than 1")
        let records = try whole.records()
        guard let wanted = expected[name] else { return }
        try expect(
            records.count == wanted.count, "\"\(name)\" has \(wanted.count) records, but \(records.count) were read")
        for (index, pair) in zip(records, wanted).enumerated() where pair.0 != pair.1 {
            throw ContractFailure(
                "record \(index + 1) of \"\(name)\" is \(JSONValue.object(pair.1)), but was read as \(JSONValue.object(pair.0))"
            )
        }
    }

    /// From every checkpoint, exactly the rest (I2).
    private func checkResume(_ stream: any CartloadCore.Stream, _ whole: StreamReading) async throws {
        let name = stream.description.name
        let elements = whole.elements
        if let last = elements.last {
            try expect(last.checkpoint != nil, "\"\(name)\" ends without a checkpoint")
        }
        let positions = elements.indices.filter { elements[$0].checkpoint != nil }
        let step = max(1, positions.count / 40)
        let chosen = positions.enumerated().filter { $0.offset % step == 0 }.map(\.element) + positions.suffix(1)
        for position in chosen {
            guard let checkpoint = elements[position].checkpoint else { continue }
            let again = try Checkpoint(JSONValue(parsing: checkpoint.description))
            try expect(again == checkpoint, "the checkpoint \(checkpoint) does not survive being stored as text")
            let rest = try await StreamReading(stream, since: again, blockSize: blockSize).records()
            let wanted = try StreamReading.records(elements[(position + 1)...])
            try expect(
                rest == wanted,
                "\"\(name)\" resumed from \(checkpoint) gives \(rest.count) records and not the \(wanted.count) that follow it"
            )
        }
    }

    /// A cancelled read ends with the output's error and writes nothing more.
    private func checkCancellation(_ stream: any CartloadCore.Stream, _ whole: StreamReading) async throws {
        for limit in Set([0, whole.elements.count / 2]) where limit < whole.elements.count {
            do {
                _ = try await StreamReading(stream, blockSize: blockSize, limit: limit)
            } catch is CancellationError {
                continue
            }
            throw ContractFailure("\"\(stream.description.name)\" went on after its output was cancelled")
        }
    }
}
