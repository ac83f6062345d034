// SPDX-License-Identifier: Apache-2.0

public import CartloadCore
public import CartloadFlow

/// A Singer tap: reads a source's selected streams, one after another, and sends them as messages.
///
/// The engine that flows run on does the reading; messages are its destination, and the state its checkpoint store.
public struct TapRun: Sendable {
    public let source: any Source
    public let options: TapOptions
    /// What is selected; nil takes every stream and every field.
    public let catalog: Catalog?
    public let meter: RunMeter
    let session: TapSession
    let metrics: SingerMetrics
    let warn: @Sendable (CartloadError) -> Void

    /// - Parameters:
    ///   - runID: Tells the batch files of this run from those of others; letters and digits.
    ///   - metric: Takes the metrics, in the form of singer-sdk's METRIC lines.
    public init(
        _ source: any Source, options: TapOptions, catalog: Catalog? = nil, state: TapState,
        output: LineOutput = .standardOutput, stop: StopRequest = StopRequest(), meter: RunMeter? = nil,
        clock: RunClock = .system, runID: String, metric: @escaping @Sendable (JSONValue) -> Void = { _ in },
        warn: @escaping @Sendable (CartloadError) -> Void = { _ in }
    ) {
        self.source = source
        self.options = options
        self.catalog = catalog
        self.meter = meter ?? RunMeter(flow: options.name)
        self.warn = warn
        session = TapSession(options, output: output, state: state, clock: clock, stop: stop, runID: runID)
        metrics = SingerMetrics(clock: clock, send: metric)
    }

    /// Reads all that is selected, or up to a stop; then `meter` says that it stopped.
    ///
    /// - Throws: The first error; what was sent before it stays true.
    public func run() async throws {
        let started = session.clock.now()
        for (stream, entry) in try await selectedStreams() {
            try await run(stream, entry)
            if meter.snapshot.isStopped { break }
        }
        metrics.timer("job_duration", since: started, JSONObject([("job", .string(options.name))]))
    }

    /// Reads the first record of every selected stream, without sending anything: `--test`.
    ///
    /// - Returns: The streams, and whether each has records.
    public func test() async throws -> [(stream: String, hasRecords: Bool)] {
        var results: [(String, Bool)] = []
        for (stream, entry) in try await selectedStreams() {
            let plan = try self.plan(stream, entry)
            let sample = try await StreamSample(of: plan.stream, records: 1)
            results.append((plan.name, sample.recordCount > 0))
        }
        return results
    }

    private func run(_ stream: any CartloadCore.Stream, _ entry: CatalogEntry?) async throws {
        var plan = try plan(stream, entry)
        let started = session.clock.now()
        let isBatch = options.batches?.includes(plan.name) == true
        let interval = isBatch ? options.batches?.records ?? options.stateInterval : options.stateInterval
        let counting = metrics.count(plan.name, meter, streamName: plan.stream.description.name)
        defer { counting.cancel() }
        // A stream makes files on this machine; for a store they are uploaded from a folder that goes with the reading.
        let folder = isBatch && options.batches?.objectRoot != nil ? try UnloadFolder() : nil
        defer { withExtendedLifetime(folder) {} }
        if isBatch, let batches = options.batches, let unloading = plan.stream as? any BatchUnloading {
            if plan.processors.isEmpty {
                try await UnloadRun(unloading, plan, session, batches, folder, meter).run()
                return counting.finish()
            }
            plan.stream = UnloadedStream(stream: unloading, configuration: folder?.configuration(batches) ?? batches)
        }
        let link = Link(
            "tap", source: StreamList([plan.stream]), processors: plan.processors,
            outlets: [Outlet("messages", MessageDestination(session: session, plan: plan))],
            interval: CheckpointInterval(records: interval), errorPolicy: options.errorPolicy)
        let engine = EngineOptions(
            blockSize: options.blockSize, recordInterval: interval, stop: session.stop, clock: session.clock)
        try await FlowRun(
            link, store: TapStateStore(session: session, plan: plan), options: engine, meter: meter
        ).run()
        counting.finish()
        metrics.timer(
            "sync_duration", since: started,
            JSONObject([("stream", .string(plan.name)), ("context", .object(JSONObject()))]))
    }

    private func plan(_ stream: any CartloadCore.Stream, _ entry: CatalogEntry?) throws -> TapStreamPlan {
        try TapStreamPlan(
            stream, entry, session.state[entry?.stream ?? stream.description.name], options, clock: session.clock,
            warn: warn)
    }

    private func selectedStreams() async throws -> [(any CartloadCore.Stream, CatalogEntry?)] {
        let streams = try await source.streams()
        guard let catalog else { return streams.map { ($0, nil) } }
        return try catalog.streams.filter(\.isSelected).map { entry in
            guard let stream = streams.first(where: { $0.description.name == entry.tapStreamID }) else {
                let names = streams.map(\.description.name)
                throw CartloadError(
                    .singerCatalog,
                    "the catalog selects the stream \"\(entry.tapStreamID)\", which the source does not have",
                    advice: names.isEmpty ? nil : "It has: \(names.prefix(20).joined(separator: ", ")).")
            }
            return (stream, entry)
        }
    }
}
