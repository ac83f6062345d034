// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore
internal import CartloadFlow

/// Messages through routing and work on several cores to one writer, in order, with a bounded number of pieces between
/// them (I7); what the writer does with them makes it a target or a packer.
struct MessagePipeline: Sendable {
    let options: TargetOptions
    /// Opens the input, on the thread that reads it.
    let input: @Sendable () throws -> any ByteReader
    /// Ends the reading after what has been read.
    let stop: StopRequest
    let clock: RunClock
    let workers: Int
    let warn: @Sendable (CartloadError) -> Void

    /// How the writer gets its work: the next piece, and saying that it is done with.
    typealias Work = (
        next: @Sendable () async throws -> TargetWork?, release: @Sendable () -> Void
    )

    /// Runs to the end of the input, or to a stop.
    ///
    /// - Parameter write: The writer's loop, on a thread of its own; ticks are not released.
    func run(_ write: @escaping @Sendable (Work) async throws -> Void) async throws {
        let stage = OrderedStage<TargetPiece, TargetWork>(limit: workers + 2)
        let ticking = Task { await tick(stage) }
        defer { ticking.cancel() }
        try await stage.run(
            workers: workers, stop: stop,
            reading: { try await TargetReading(pipeline: self, stage: stage).read() },
            working: { try MessagePipeline.work($0) },
            writing: { try await write((stage.next, stage.release)) })
    }

    private static func work(_ piece: TargetPiece) throws -> TargetWork {
        guard case .records(let stream, let records) = piece else { return .piece(piece) }
        return try stream.prepare(records)
    }

    /// Lets the writer look at its clock while nothing comes in.
    private func tick(_ stage: OrderedStage<TargetPiece, TargetWork>) async {
        let interval = min(options.drain.age, .seconds(1))
        while !Task.isCancelled {
            try? await clock.sleep(interval)
            if !Task.isCancelled { stage.interject(.tick) }
        }
    }
}
