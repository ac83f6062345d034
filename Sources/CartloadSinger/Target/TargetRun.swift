// SPDX-License-Identifier: Apache-2.0

public import CartloadCore
public import CartloadFlow

/// A Singer target: reads messages, writes their records to a destination, and prints each STATE once it is true.
///
/// Reading, work on several cores and writing go on at once, with a bounded number of pieces between them (I7).
public struct TargetRun: Sendable {
    public let destination: any Destination
    public let options: TargetOptions
    /// Opens the input, on the thread that reads it.
    let input: @Sendable () throws -> any ByteReader
    let output: LineOutput
    /// Ends the run after what has been read; what was committed and acknowledged stays.
    public let stop: StopRequest
    public let meter: RunMeter
    let clock: RunClock
    let warn: @Sendable (CartloadError) -> Void
    let workers: Int

    /// What the destination is called in the statistics.
    let destinationName: String

    /// - Parameters:
    ///   - input: Opens the messages; called once, on the thread that reads them.
    ///   - output: Where STATE lines go.
    ///   - warn: Told about things that do not stop the run.
    public init(
        _ destination: any Destination, input: @escaping @Sendable () throws -> any ByteReader,
        output: LineOutput = .standardOutput,
        options: TargetOptions = TargetOptions(), stop: StopRequest = StopRequest(), meter: RunMeter? = nil,
        clock: RunClock = .system, workers: Int? = nil,
        warn: @escaping @Sendable (CartloadError) -> Void = { _ in }
    ) {
        self.destination = destination
        self.input = input
        self.output = output
        self.options = options
        self.stop = stop
        let meter = meter ?? RunMeter(flow: "target")
        self.meter = meter
        destinationName = meter.snapshot.flow
        self.clock = clock
        self.warn = warn
        self.workers = workers ?? EngineOptions().workers
    }

    /// Runs to the end of the input.
    ///
    /// - Throws: The first error, after everything before it was made durable where that was possible.
    public func run() async throws {
        let rejects = try RejectFile.open(options.errorPolicy, receipt: nil)
        let group = try destination.writers()
        do {
            try await run(group, rejects)
        } catch {
            try? await group.close()  // the first error is the one to report
            throw error
        }
        try await group.close()
    }

    private func run(_ group: any DestinationGroup, _ rejects: RejectFile?) async throws {
        try await MessagePipeline(
            options: options, input: input, stop: stop, clock: clock, workers: workers, warn: warn
        ).run { work in
            var writing = TargetWriting(self, group: group, rejects: rejects)
            try await writing.write(work.next, release: work.release)
        }
    }
}
