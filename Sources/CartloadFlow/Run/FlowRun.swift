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
        let streams = try await chosenStreams()
        for stream in streams {
            let checkpointID = "\(link.name)/\(stream.description.name)"
            let run = StreamRun(
                link: link, stream: stream, checkpointID: checkpointID, store: store, options: options,
                meter: meter)
            if options.stop.isRequested { meter.update { $0.isStopped = true } } else { try await run.run() }
            if meter.snapshot.isStopped { return }
        }
    }

    /// The streams that the link wants, in its order.
    package func chosenStreams() async throws -> [any Stream] {
        let streams = try await link.source.streams()
        guard let names = link.streams else { return streams }
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
