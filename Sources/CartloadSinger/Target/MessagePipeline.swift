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
    let clock: SingerClock
    let workers: Int
    let warn: @Sendable (CartloadError) -> Void

    typealias Work = OrderedPipeline<TargetPiece, TargetWork>.Output

    /// Runs to the end of the input, or to a stop.
    ///
    /// - Parameter write: The writer's loop, on a thread of its own; ticks are not released.
    func run(_ write: @escaping @Sendable (Work) async throws -> Void) async throws {
        let interval = min(options.drain.age, .seconds(1))
        let clock = clock
        let pipeline = OrderedPipeline<TargetPiece, TargetWork>(workers: workers, stop: stop, tick: .tick) {
            await clock.sleep(interval)
        }
        try await pipeline.run(
            read: { try await TargetReading(pipeline: self, stage: $0).read() },
            work: { try MessagePipeline.work($0) }, write: write)
    }

    private static func work(_ piece: TargetPiece) throws -> TargetWork {
        guard case .records(let stream, let records) = piece else { return .piece(piece) }
        return try stream.prepare(records)
    }
}
