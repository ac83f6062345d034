// SPDX-License-Identifier: Apache-2.0

public import CartloadCore

/// One run of a link: all its streams, one after another.
public struct FlowRun: Sendable {
    public let link: Link
    public let store: any CheckpointStore
    public let options: EngineOptions
    /// What has happened so far; read it from anywhere at any time.
    public let meter: RunMeter

    /// - Parameters:
    ///   - store: Where checkpoints are kept; by default only in memory, so that every run begins anew.
    ///   - meter: What counts; by default one of its own.
    public init(
        _ link: Link, store: any CheckpointStore = MemoryCheckpointStore(), options: EngineOptions = EngineOptions(),
        meter: RunMeter? = nil
    ) {
        self.link = link
        self.store = store
        self.options = options
        self.meter = meter ?? RunMeter(flow: link.name)
    }

    /// Runs to the end of the streams, or to a clean stop.
    ///
    /// - Throws: The first error; what was committed before it stays, and the same run resumes from there.
    public func run() async throws {
        try link.checkNames()
        guard link.source != nil else { return try await transferOnce() }
        let runs = try await chosenStreams().map { stream in
            StreamRun(
                link: link, stream: stream, checkpointID: FlowRun.checkpointID(of: stream, in: link), store: store,
                options: options, meter: meter)
        }
        // All at once, because the reject file is theirs together.
        let claims = try runs.map { try store.claim($0.checkpointID) }
        defer { for claim in claims { claim.release() } }
        if options.isFresh { for run in runs { try await run.forget() } }
        let rejects = try await FlowRun.rejectFile(of: runs, link.errorPolicy)
        for run in runs {
            if options.stop.isRequested { meter.update { $0.isStopped = true } } else { try await run.run(rejects) }
            if meter.snapshot.isStopped { return }
        }
        // Not before the last is complete: a run that is killed goes on, and must know which streams are done.
        if !options.keepsState { for run in runs { try await run.forget() } }
    }

    /// One transfer of a link that brings records together, and the end of it.
    private func transferOnce() async throws {
        let active = ActiveLink(link, store: store, options: options, meter: meter)
        try await active.start()
        do {
            try await active.transfer()
            try await active.flush()
            if !options.keepsState, !meter.snapshot.isStopped { try await active.forget() }
        } catch {
            await active.shutdown()
            throw error
        }
        await active.shutdown()
    }

    /// The reject file as it was after the last commit of any of the streams, which write to it one after another.
    static func rejectFile(of runs: [StreamRun], _ policy: ErrorPolicy) async throws -> RejectFile? {
        guard policy != .fail else { return nil }
        var latest: JSONValue?
        for run in runs {
            guard let receipt = try await run.resumption().receipts[RejectFile.receiptName] else { continue }
            if receipt["length"]?.intValue ?? 0 >= latest?["length"]?.intValue ?? 0 { latest = receipt }
        }
        return try RejectFile.open(policy, receipt: latest)
    }

    /// The streams that the link wants, in its order.
    package func chosenStreams() async throws -> [any Stream] {
        guard let (source, names) = link.source else { return try await inletStreams() }
        return try await FlowRun.streams(of: source, names)
    }

    /// Names a stream's checkpoints; what a link brings together has one name for all of it.
    static func checkpointID(of stream: any Stream, in link: Link) -> String {
        "\(link.name)/\(stream is LinkStream ? "link" : stream.description.name)"
    }

    /// The streams of all sources that the link reads.
    package func inletStreams() async throws -> [any Stream] {
        try await LinkMember.members(of: link).compactMap(\.stream)
    }

    /// The streams of a source that are wanted, in that order.
    static func streams(of source: any Source, _ names: [String]?) async throws -> [any Stream] {
        let streams = try await source.streams()
        guard let names else { return streams }
        return try names.map { name in
            guard let stream = streams.first(where: { $0.description.name == name }) else {
                let known = streams.map(\.description.name)
                throw CartloadError(
                    .unknownStream, "the source has no stream \"\(name)\"",
                    advice: name.nearest(in: known).map { "Did you mean \"\($0)\"?" }
                        ?? "It has: \(known.joined(separator: ", ")).")
            }
            return stream
        }
    }
}

extension CartloadError.Code {
    /// A stream was asked for that the source does not have.
    public static let unknownStream = CartloadError.Code("flow.unknown-stream")
}
