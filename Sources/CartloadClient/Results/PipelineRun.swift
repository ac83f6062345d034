// SPDX-License-Identifier: Apache-2.0

public import CartloadCore

/// Pushes records and gives their results, both at once: what is pushed and not yet taken is bounded, and the pipeline is closed
/// at the end of the records.
///
/// Whoever stops before the end leaves the pipeline open; ``Pipeline/cancel(keepsCompleted:)`` ends it.
public struct PipelineRun<Records: AsyncSequence & Sendable>: AsyncSequence, Sendable
where Records.Element == JSONValue {
    public typealias Element = ChunkResult

    let pipeline: Pipeline
    let records: Records
    let options: RunOptions

    public func makeAsyncIterator() -> Iterator { Iterator(pipeline, records, options) }

    public struct Iterator: AsyncIteratorProtocol {
        private var results: PipelineResults.Iterator
        private let pushing: Pushing

        /// Pushes in a task that ends with the iterator.
        private final class Pushing: Sendable {
            let task: Task<Void, any Error>
            let gate: InFlightGate

            init(_ pipeline: Pipeline, _ records: Records, _ options: RunOptions) {
                let gate = InFlightGate(limit: options.chunksInFlight)
                self.gate = gate
                task = Task {
                    do {
                        var chunk: [JSONValue] = []
                        for try await record in records {
                            chunk.append(record)
                            guard chunk.count >= options.chunkSize else { continue }
                            try await gate.enter()
                            _ = try await pipeline.push([options.chunk(chunk)])
                            chunk = []
                        }
                        if !chunk.isEmpty {
                            try await gate.enter()
                            _ = try await pipeline.push([options.chunk(chunk)])
                        }
                        try await pipeline.close()
                    } catch {
                        gate.fail(error)
                        throw error
                    }
                }
            }

            deinit { task.cancel() }
        }

        init(_ pipeline: Pipeline, _ records: Records, _ options: RunOptions) {
            results = pipeline.results(options.pull).makeAsyncIterator()
            pushing = Pushing(pipeline, records, options)
            results.check = { [gate = pushing.gate] in try gate.check() }
        }

        public mutating func next() async throws -> ChunkResult? {
            try pushing.gate.check()
            guard let result = try await results.next() else {
                try await pushing.task.value
                return nil
            }
            pushing.gate.leave()
            return result
        }
    }
}

/// How a run pushes and pulls.
public struct RunOptions: Sendable, Hashable {
    public var chunkSize: Int
    /// How many chunks may be pushed and not yet taken (I7).
    public var chunksInFlight: Int
    public var parameters: JSONObject?
    public var summary: Chunk.Summary?
    public var pull: PullOptions

    public init(
        chunkSize: Int = 300, chunksInFlight: Int = 64, parameters: JSONObject? = nil, summary: Chunk.Summary? = nil,
        pull: PullOptions = PullOptions(lease: .seconds(30), wait: .seconds(2))
    ) {
        self.chunkSize = max(1, chunkSize)
        self.chunksInFlight = max(1, chunksInFlight)
        self.parameters = parameters
        self.summary = summary
        self.pull = pull
    }

    func chunk(_ records: [JSONValue]) -> Chunk {
        Chunk(id: UniqueText.uuid(), inputs: records, parameters: parameters, summary: summary)
    }
}

extension Pipeline {
    /// Pushes objects and gives their results as they come.
    public func run<Records: AsyncSequence & Sendable>(_ records: Records, _ options: RunOptions = RunOptions())
        -> PipelineRun<Records> where Records.Element == JSONValue
    {
        PipelineRun(pipeline: self, records: records, options: options)
    }

    /// Pushes objects and gives their results as they come.
    public func run(_ records: [JSONValue], _ options: RunOptions = RunOptions()) -> PipelineRun<ListedRecords> {
        run(ListedRecords(records: records), options)
    }
}

/// Records of a list.
public struct ListedRecords: AsyncSequence, Sendable {
    public typealias Element = JSONValue

    let records: [JSONValue]

    public func makeAsyncIterator() -> Iterator { Iterator(rest: records[...]) }

    public struct Iterator: AsyncIteratorProtocol {
        var rest: ArraySlice<JSONValue>

        public mutating func next() async throws -> JSONValue? { rest.popFirst() }
    }
}
