// SPDX-License-Identifier: Apache-2.0

public import CartloadCore
public import CartloadFlow
internal import CartloadFormats

/// An Airbyte destination: reads messages, writes their records, and prints each STATE once it is true.
///
/// Reading, work on several cores and writing go on at once, with a bounded number of pieces between them (I7).
public struct DestinationRun: Sendable {
    public let destination: any Destination
    public let options: DestinationOptions
    public let catalog: ConfiguredCatalog
    public let meter: RunMeter
    let output: AirbyteOutput
    let stop: StopRequest
    /// What the destination is called in the statistics.
    let name: String
    private let canLoad: @Sendable (LoadMethod) -> Bool
    private let input: @Sendable () throws -> any ByteReader
    private let workers: Int

    /// - Parameters:
    ///   - canLoad: Whether the connector knows a way of loading.
    ///   - input: Opens the messages; called once, on the thread that reads them.
    ///   - stop: Ends the sync after what has been read; what was committed and acknowledged stays.
    public init(
        _ destination: any Destination, catalog: ConfiguredCatalog,
        options: DestinationOptions = DestinationOptions(),
        canLoad: @escaping @Sendable (LoadMethod) -> Bool = { _ in true },
        input: @escaping @Sendable () throws -> any ByteReader, output: AirbyteOutput = AirbyteOutput(),
        stop: StopRequest = StopRequest(), meter: RunMeter? = nil, workers: Int? = nil
    ) {
        self.destination = destination
        self.catalog = catalog
        self.options = options
        self.canLoad = canLoad
        self.input = input
        self.output = output
        self.stop = stop
        let meter = meter ?? RunMeter(flow: "destination")
        self.meter = meter
        name = meter.snapshot.flow
        self.workers = workers ?? EngineOptions().workers
    }

    /// Runs to the end of the input.
    ///
    /// - Throws: The first error, after everything before it was made durable where that was possible.
    public func run() async throws {
        let rejects = try RejectFile.open(options.errorPolicy, receipt: nil)
        let group = try destination.writers()
        do {
            let streams = try await LoadedStream.open(catalog, in: destination, group, options, canLoad: canLoad)
            try await run(group, streams, rejects)
        } catch {
            try? await group.close()  // the first error is the one to report
            throw error
        }
        try await group.close()
    }

    private func run(_ group: any DestinationGroup, _ streams: [LoadedStream], _ rejects: RejectFile?) async throws {
        let stage = OrderedStage<DestinationPiece, DestinationWork>(limit: workers + 2)
        let ticking = Task { await tick(stage) }
        defer { ticking.cancel() }
        try await stage.run(
            workers: workers, stop: stop, reading: { try await read(streams, into: stage) },
            working: { try DestinationRun.work($0) },
            writing: {
                var writing = DestinationWriting(self, group: group, streams: streams, rejects: rejects)
                try await writing.write(stage.next, release: stage.release)
            })
    }

    /// Lets the writer look at its clock while nothing comes in.
    private func tick(_ stage: OrderedStage<DestinationPiece, DestinationWork>) async {
        let interval = min(options.drain.age, .seconds(1))
        while !Task.isCancelled {
            try? await output.clock.sleep(interval)
            if !Task.isCancelled { stage.interject(.tick) }
        }
    }

    private static func work(_ piece: DestinationPiece) throws -> DestinationWork {
        switch piece {
        case .state(let line): return .state(line)
        case .complete(let stream): return .complete(stream)
        case .records(let stream, let batch, var diagnostics, let bytesRead):
            let prepared = try stream.prepare(batch, &diagnostics)
            return .records(stream, prepared, diagnostics, bytesRead: bytesRead)
        }
    }

    private func read(
        _ streams: [LoadedStream], into stage: OrderedStage<DestinationPiece, DestinationWork>
    ) async throws {
        var router = DestinationRouter(streams, send: { try await stage.submit($0) }, skip: { try skip($0) })
        let input = try input()
        let splitter = try JSONLinesFormat().splitter(
            over: input, SplitOptions(blockSize: options.blockSize, maximumRecordBytes: options.maximumMessageBytes))
        while !stop.isRequested, let block = try splitter.next() {
            var diagnostics = Diagnostics()
            let origin = block.start.location(in: input.name)
            let lines = try MessageLines.scan(
                block.bytes, origin: origin, isFirst: block.isFirst, hasNestedRecords: true, &diagnostics)
            if let fault = diagnostics.rejects.first {
                let count = diagnostics.rejects.count
                try skip(
                    AirbyteFault.message(
                        "\(count == 1 ? "a line was" : "\(count) lines were") passed over: \(fault.message)"
                    ).located(fault.location))
            }
            try await router.route(lines, origin: origin, hasTokens: diagnostics.warnings[.notFinite] != nil)
        }
    }

    private func skip(_ error: CartloadError) throws {
        try output.log(.warn, AirbyteOutput.sentence(of: error))
    }
}
