// SPDX-License-Identifier: Apache-2.0

internal import CartloadAPI
internal import CartloadCore

/// The results of a pipeline as they come; ends when the pipeline is closed and all of them were taken.
///
/// Results are lent by a server that lends, and acknowledged when the next ones are asked for: whoever stops in the middle, or
/// crashes, gets them again. A chunk comes once in one sequence.
public struct PipelineResults: AsyncSequence, Sendable {
    public typealias Element = ChunkResult

    let pipeline: Pipeline
    let options: PullOptions

    public func makeAsyncIterator() -> Iterator { Iterator(pipeline, options) }

    public struct Iterator: AsyncIteratorProtocol {
        private let pipeline: Pipeline
        private let options: PullOptions
        private var waiting: [Bytes] = []
        private var current: PulledResults?
        private var isOver = false
        /// Since when the pipeline has ended and nothing is there to be taken, though something may still be lent.
        private var endedSince: Duration?
        private var seen = RecentIDs()
        /// Asked before every request: whoever pushes may have failed, and then nothing would come any more.
        var check: (@Sendable () throws -> Void)?

        init(_ pipeline: Pipeline, _ options: PullOptions) {
            self.pipeline = pipeline
            self.options = options
        }

        public mutating func next() async throws -> ChunkResult? {
            while true {
                if let text = waiting.popLast() { return try ChunkResult(text) }
                if let current {
                    try await pipeline.acknowledge(current)
                    self.current = nil
                }
                if isOver { return nil }
                try check?()
                let pulled = try await pipeline.pull(
                    max: options.maximumChunks, lease: options.lease, wait: options.wait)
                // What was lent before and acknowledged too late comes again.
                waiting = zip(pulled.ids, pulled.texts).filter { seen.note($0.0) }.map(\.1).reversed()
                if !pulled.isEmpty {
                    current = pulled
                    endedSince = nil
                    continue
                }
                isOver = hasEnded(pulled.status)
                if !isOver, pulled.status.chunksAvailable == 0 {
                    // A server that does not wait is asked again after a while.
                    try await pipeline.exchange.options.clock.sleep(options.pollInterval)
                }
            }
        }

        /// Whether nothing will come any more.
        ///
        /// Results whose answer was lost are lent to nobody, and come again when that time is over; they fill the output
        /// buffer until then. A server that says nothing true about its buffer is asked no longer than that.
        private mutating func hasEnded(_ status: PipelineStatus) -> Bool {
            guard status.isFinal else {
                endedSince = nil
                return false
            }
            guard let lease = options.lease, status.outputBufferUsedBytes > 0 else { return true }
            let now = pipeline.exchange.options.clock.now()
            let since = endedSince ?? now
            endedSince = since
            return now - since > lease + .seconds(1)
        }
    }
}

/// How results are taken.
public struct PullOptions: Sendable, Hashable {
    public var maximumChunks: Int
    /// For how long results are lent; nil takes them for good at once.
    public var lease: Duration?
    /// How long a server that waits may wait.
    public var wait: Duration
    /// How long to wait after an empty answer.
    public var pollInterval: Duration

    public init(
        maximumChunks: Int = 100, lease: Duration? = .seconds(120), wait: Duration = .seconds(20),
        pollInterval: Duration = .milliseconds(20)
    ) {
        self.maximumChunks = maximumChunks
        self.lease = lease
        self.wait = wait
        self.pollInterval = pollInterval
    }
}

extension PipelineStatus {
    /// Whether nothing is run any more, and nothing is there to be taken.
    package var isFinal: Bool {
        switch batchStatus {
        case "completed", "completed_by_timeout", "failed", "cancelled": chunksAvailable == 0
        default: false
        }
    }
}

extension Pipeline {
    /// The results as they come, until the pipeline is closed and everything was taken.
    public func results(_ options: PullOptions = PullOptions()) -> PipelineResults {
        PipelineResults(pipeline: self, options: options)
    }
}
