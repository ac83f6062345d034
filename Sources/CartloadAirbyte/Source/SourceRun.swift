// SPDX-License-Identifier: Apache-2.0

public import CartloadCore
public import CartloadFlow

/// An Airbyte source: reads the configured streams, one after another, and sends them as messages.
///
/// The engine that flows run on does the reading; messages are its destination, and the state its checkpoint store.
public struct SourceRun: Sendable {
    public let source: any Source
    public let options: SourceOptions
    public let catalog: ConfiguredCatalog
    public let state: SourceState
    public let meter: RunMeter
    private let output: AirbyteOutput
    private let stop: StopRequest
    private let store = SourceStateStore()

    public init(
        _ source: any Source, options: SourceOptions, catalog: ConfiguredCatalog, state: SourceState,
        output: AirbyteOutput = AirbyteOutput(), stop: StopRequest = StopRequest(), meter: RunMeter? = nil
    ) {
        self.source = source
        self.options = options
        self.catalog = catalog
        self.state = state
        self.output = output
        self.stop = stop
        self.meter = meter ?? RunMeter(flow: options.name)
    }

    /// Reads all configured streams, or up to a stop; then `meter` says that it stopped.
    ///
    /// A stream that fails is reported as incomplete, and the others are read all the same.
    ///
    /// - Returns: Whether none failed.
    /// - Throws: What makes going on useless: nobody reads the messages, or the source has no list of streams.
    public func run() async throws -> Bool {
        let streams = try await source.streams()
        var failed: [StreamDescriptor] = []
        for configured in catalog.streams {
            if stop.isRequested { meter.update { $0.isStopped = true } }
            if meter.snapshot.isStopped { break }
            let known = streams.first { StreamDescriptor($0.description.name) == configured.descriptor }
            guard let known else {
                try output.log(
                    .warn, "the source has no stream \"\(configured.descriptor)\", which the catalog asks for")
                try output.status(configured.descriptor, .incomplete)
                continue
            }
            do {
                try await run(known, configured)
            } catch is CancellationError {
                try output.status(configured.descriptor, .incomplete)
                throw CancellationError()
            } catch let error as CartloadError where error.code == .airbyteOutput {
                throw error
            } catch {
                try output.report(error, stream: configured.descriptor)
                failed.append(configured.descriptor)
            }
        }
        if failed.isEmpty { return true }
        try output.send(
            AirbyteMessage.error(
                "During the sync, the following streams did not sync successfully: "
                    + failed.map(\.description).joined(separator: ", "),
                .configuration, at: output.clock.wall().microseconds))
        return false
    }

    private func run(_ stream: any CartloadCore.Stream, _ configured: ConfiguredStream) async throws {
        let name = configured.descriptor
        try output.status(name, .started)
        let plan = try SourceStreamPlan(stream, configured, state: state.streams[name]) { try output.log(.warn, $0) }
        if let bytes = plan.stream.description.byteCount {
            try output.send(AirbyteMessage.estimate(name, bytes: bytes, at: output.clock.wall().microseconds))
        }
        let link = Link(
            "source", source: OneStream(plan.stream), processors: options.processors,
            outlets: [Outlet("messages", MessageDestination(output: output, plan: plan, options: options))],
            interval: CheckpointInterval(records: options.stateInterval), errorPolicy: options.errorPolicy)
        let engine = EngineOptions(
            workers: options.workers, blockSize: options.blockSize, recordInterval: options.stateInterval, stop: stop,
            clock: output.clock)
        store.begin(plan)
        try await FlowRun(link, store: store, options: engine, meter: meter).run()
        try output.status(name, meter.snapshot.isStopped ? .incomplete : .complete)
    }
}
