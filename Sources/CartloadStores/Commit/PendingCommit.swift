// SPDX-License-Identifier: Apache-2.0

internal import CartloadCompute
internal import CartloadCore

/// Changes that wait to be made durable together.
struct PendingCommit: Sendable {
    let changes: [StoreChange]
    /// Why they will not be; their turn to be told so comes all the same, after those before them.
    let refusal: CartloadError?
    let whenDurable: @Sendable ((any Error)?) -> Void

    /// About how many bytes are held until it is done.
    let cost: Int

    init(_ changes: [StoreChange], whenDurable: @escaping @Sendable ((any Error)?) -> Void) {
        self.changes = changes
        self.whenDurable = whenDurable
        refusal = nil
        cost = changes.reduce(256) { $0 + PendingCommit.cost($1) }
    }

    /// A commit that is refused; what it would have changed is let go.
    init(refused refusal: CartloadError, whenDurable: @escaping @Sendable ((any Error)?) -> Void) {
        changes = []
        self.refusal = refusal
        self.whenDurable = whenDurable
        cost = 0
    }

    private static func cost(_ change: StoreChange) -> Int {
        switch change {
        case .pipeline(let record): 256 + record.body.count
        case .accepted(_, _, let input): 512 + input.count
        case .finished(_, _, let outcome, let output): 512 + outcome.aggregates.count + output.count
        case .released(_, let sequences, _): 256 + 8 * sequences.count
        case .removed: 256
        }
    }

    /// What of the changes goes to segments, in order.
    var payloads: [(key: PayloadKey, bytes: Bytes)] {
        changes.compactMap { change in
            switch change {
            case .accepted(let pipeline, let chunk, let input):
                (PayloadKey(pipeline: pipeline, sequence: chunk.sequence, kind: .input), input)
            case .finished(let pipeline, let sequence, _, let output):
                (PayloadKey(pipeline: pipeline, sequence: sequence, kind: .output), output)
            case .pipeline, .released, .removed: nil
            }
        }
    }
}
