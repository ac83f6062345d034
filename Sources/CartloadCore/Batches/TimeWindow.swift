// SPDX-License-Identifier: Apache-2.0

/// A half-open span of time: `from` belongs to it, `to` to the next, so that every moment is in exactly one window.
public struct TimeWindow: Sendable, Hashable {
    public var from: Instant
    public var to: Instant

    public init(from: Instant, to: Instant) {
        self.from = from
        self.to = to
    }

    /// The window that a batch of ``TimeWindows`` describes.
    ///
    /// - Throws: `CartloadError` with code `batch.description`.
    public init(_ batch: BatchDescription) throws {
        guard let from = batch["from"]?.stringValue.flatMap({ Instant($0) }),
            let to = batch["to"]?.stringValue.flatMap({ Instant($0) }), from < to
        else {
            throw CartloadError(
                .batchDescription, "\(batch) is no time window",
                advice: "A time window has the members from and to, two times in order.")
        }
        self.init(from: from, to: to)
    }

    /// The last moment inside, for systems whose bounds are both included and that know times to a precision.
    public func last(precision: Duration) -> Instant { max(from, to - max(precision, .microseconds(1))) }

    /// Whether a moment belongs to this window and no other.
    public func contains(_ instant: Instant) -> Bool { from <= instant && instant < to }
}

extension TimeWindow: CustomStringConvertible {
    public var description: String { "\(from) to \(to)" }
}
