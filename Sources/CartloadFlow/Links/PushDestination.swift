// SPDX-License-Identifier: Apache-2.0

public import CartloadCore

extension Outlet {
    /// Takes one batch; it is done with when this returns.
    public typealias Pushing = @Sendable (RecordBatch, Update) async throws -> Void

    /// An outlet that is a closure: it is called for one batch after the other, and has each durably when it returns.
    ///
    /// - Parameters:
    ///   - timeout: How long it may take for one batch; nil for as long as it wants. One that does not return then is left
    ///     to itself.
    ///   - onFailure: What happens to a batch that it fails on.
    public static func push(
        _ name: String, timeout: Duration? = nil, onFailure: StagePolicy = .fail, _ body: @escaping Pushing
    ) -> Outlet {
        Outlet(name, PushDestination(name: name, timeout: timeout, policy: onFailure, body: body))
    }
}

/// A closure as a destination.
struct PushDestination: Destination {
    let name: String
    let timeout: Duration?
    let policy: StagePolicy
    let body: Outlet.Pushing
    var update = Update("", transfer: 0)
    var clock = RunClock.system

    func open(_ stream: DestinationStream) async throws -> any DestinationWriter { PushWriter(destination: self) }

    /// Pushes one batch, as often as the policy says.
    ///
    /// - Throws: ``UndeliveredBatch`` when the link shall go on without it.
    func push(_ batch: RecordBatch) async throws {
        do {
            if timeout == nil, policy.attempts == 1 { return try await body(batch, update) }
            try await policy.attempt(clock) {
                guard let timeout else { return try await body(batch, update) }
                try await Deadline.run(timeout, clock, body: { [body, update] in try await body(batch, update) }) {
                    CartloadError(
                        .outletTimeout, "the outlet \"\(name)\" took longer than \(timeout) for a batch",
                        advice: "Whether the batch arrived is not known.")
                }
            }
        } catch {
            if error is CancellationError { throw error }
            guard policy.last == .fail else { throw UndeliveredBatch(batch: batch, policy: policy.last, reason: error) }
            throw (error as? CartloadError) ?? CartloadError(.outletFailed, "the outlet \"\(name)\" failed: \(error)")
        }
    }
}

/// Calls the closure for each batch.
struct PushWriter: DestinationWriter {
    fileprivate let destination: PushDestination

    private enum Payload: Sendable {
        case batch(RecordBatch)
        case parts(RecordBatch, [BatchPart])
    }

    func prepare(_ batch: RecordBatch, _ diagnostics: inout Diagnostics) throws -> PreparedBatch {
        let batch = try batch.opened(&diagnostics)
        return PreparedBatch(
            Payload.batch(batch), recordCount: batch.count ?? 0, byteCount: PushWriter.byteCount(of: batch))
    }

    /// Whether it can have many batches at once: not when it goes on without one of them.
    var takesParts: Bool { destination.policy.last == .fail }

    /// Many batches at once: what is prepared for each costs more than small ones are worth.
    func prepare(_ batch: RecordBatch, parts: [BatchPart]) -> PreparedBatch {
        let count = parts.reduce(0) { $0 + $1.positions.count }
        return PreparedBatch(
            Payload.parts(batch, parts), recordCount: count,
            byteCount: batch.byteCount * count / max(1, batch.count ?? 1))
    }

    /// The bytes of a batch that shares them with others, about.
    private static func byteCount(of batch: RecordBatch) -> Int {
        guard let selection = batch.selection, case .rows(let rows) = batch.body else { return batch.byteCount }
        return rows.bytes.count * selection.count / max(1, rows.count)
    }

    func write(_ batch: PreparedBatch) async throws {
        switch batch.payload as? Payload {
        case .batch(let batch)?: try await destination.push(batch)
        case .parts(let batch, let parts)?:
            var batch = batch
            let selection = batch.selection
            let key = batch.key
            for part in parts {
                batch.selection = selection.map { $0.narrowed(by: part.positions) } ?? part.positions
                batch.key = part.key ?? key
                try await destination.push(batch)
            }
        case nil: preconditionFailure("not prepared by this writer")
        }
    }

    func commit(_ commit: Commit) async throws -> JSONValue { .null }
}

/// A batch that an outlet could not take, and without which the link goes on.
struct UndeliveredBatch: Error {
    let batch: RecordBatch
    let policy: StagePolicy.Last
    let reason: any Error
}

extension CartloadError.Code {
    /// An outlet of a link failed on a batch.
    public static let outletFailed = CartloadError.Code("link.outlet-failed")
    /// An outlet of a link took too long for a batch.
    public static let outletTimeout = CartloadError.Code("link.outlet-timeout")
}
