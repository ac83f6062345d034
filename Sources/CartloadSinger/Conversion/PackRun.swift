// SPDX-License-Identifier: Apache-2.0

public import CartloadCore
public import CartloadFlow

/// A filter between a tap and a target that puts RECORD messages into files and sends BATCH messages instead.
///
/// Order within a stream is kept, and a STATE leaves only after every record before it has (I1, I6).
public struct PackRun: Sendable {
    public let options: PackOptions
    let input: @Sendable () throws -> any ByteReader
    let output: LineOutput
    let stop: StopRequest
    public let meter: RunMeter
    let clock: RunClock
    let runID: String
    let workers: Int
    let warn: @Sendable (CartloadError) -> Void

    /// - Parameters:
    ///   - input: Opens the messages; called once, on the thread that reads them.
    ///   - runID: Tells the batch files of this run from those of others; letters and digits.
    public init(
        _ options: PackOptions, input: @escaping @Sendable () throws -> any ByteReader,
        output: LineOutput = .standardOutput, stop: StopRequest = StopRequest(), meter: RunMeter? = nil,
        clock: RunClock = .system, runID: String, workers: Int? = nil,
        warn: @escaping @Sendable (CartloadError) -> Void = { _ in }
    ) {
        self.options = options
        self.input = input
        self.output = output
        self.stop = stop
        self.meter = meter ?? RunMeter(flow: "pack")
        self.clock = clock
        self.runID = runID
        self.workers = workers ?? EngineOptions().workers
        self.warn = warn
    }

    /// Runs to the end of the input.
    public func run() async throws {
        var target = TargetOptions()
        target.validates = options.validates
        target.activatesVersions = false
        target.isConverting = true
        target.passesBatches = options.processors.isEmpty && !options.validates
        target.batchFiles = options.batchFiles
        target.processors = options.processors
        target.drain.age = options.age
        try await MessagePipeline(
            options: target, input: input, stop: stop, clock: clock, workers: workers, warn: warn
        ).run { work in
            var writing = PackWriting(self)
            try await writing.write(work.next, release: work.release)
        }
    }
}
