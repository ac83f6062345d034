// SPDX-License-Identifier: Apache-2.0

/// Batches of a stream by ranges of whole numbers of the same width, for keys that grow.
///
/// A description is `{"from": 1, "to": 1000}`, both included. Ranges lie on a grid that begins at `first`; the last one ends
/// at the greatest key that was there when the run began, and its rest is a range of the next run. Plans are kept as in
/// ``TimeWindows``.
public struct IntegerRanges: Sendable {
    /// How many plans that were not finished are kept apart (I7).
    static let maximumPlans = 32
    /// How many ranges ``batches(of:)`` makes at most (I7).
    public static let maximumListed = 1_000_000

    public let stream: String
    public let first: Int64
    public let width: Int64
    private let form: CheckpointForm

    /// - Parameters:
    ///   - unversioned: What makes a checkpoint of this kind from one that the stream wrote before it had this helper: it
    ///     returns `{"through": number}`.
    /// - Throws: `CartloadError` with code `batch.settings` for a width below 1.
    public init(stream: String, first: Int64, width: Int64, unversioned: CheckpointForm.Migration? = nil) throws {
        guard width >= 1 else {
            throw CartloadError(
                .batchSettings, "the ranges of \"\(stream)\" are \(width) wide", advice: "They must be at least 1 wide."
            )
        }
        self.stream = stream
        self.first = first
        self.width = width
        form = CheckpointForm(kind: "integer_ranges", stream: stream, unversioned: unversioned)
    }

    /// What is to be read, from a checkpoint to the greatest number; nil when there is none.
    public func plan(since checkpoint: Checkpoint?, through greatest: Int64?) throws -> Checkpoint {
        form.seal(try planned(since: checkpoint, through: greatest).members)
    }

    /// The batches of a plan that are left, each made when it is asked for.
    public func batchSequence(of plan: Checkpoint) throws -> BatchSequence {
        let ranges = LockedRanges(try cursor(Progress(plan, form) ?? Progress()))
        return BatchSequence { ranges.next().map(IntegerRanges.batch) }
    }

    /// The batches of a plan that are left.
    ///
    /// - Throws: `CartloadError` with code `batch.settings` for more than a million.
    public func batches(of plan: Checkpoint) throws -> [BatchDescription] {
        try list(Progress(plan, form) ?? Progress())
    }

    /// The batches from a checkpoint to the greatest number.
    ///
    /// - Throws: `CartloadError` with code `batch.settings` for more than a million.
    public func batches(since checkpoint: Checkpoint?, through greatest: Int64?) throws -> [BatchDescription] {
        try list(try planned(since: checkpoint, through: greatest))
    }

    /// Where the stream is after one more range; never before where it was.
    public func checkpoint(after batch: BatchDescription, since checkpoint: Checkpoint? = nil) throws -> Checkpoint {
        let range = try IntegerRanges.range(of: batch)
        var progress = try Progress(checkpoint, form) ?? Progress()
        progress.move(through: range.upperBound)
        return form.seal(progress.members)
    }

    /// The numbers that a batch describes.
    ///
    /// - Throws: `CartloadError` with code `batch.description`.
    public static func range(of batch: BatchDescription) throws -> ClosedRange<Int64> {
        guard let from = batch["from"]?.integer, let to = batch["to"]?.integer, from <= to else {
            throw CartloadError(
                .batchDescription, "\(batch) is no range of numbers",
                advice: "A range has the members from and to, two whole numbers in order.")
        }
        return from...to
    }

    private func planned(since checkpoint: Checkpoint?, through greatest: Int64?) throws -> Progress {
        var progress = try Progress(checkpoint, form) ?? Progress()
        guard let greatest, greatest >= first, progress.until.count < IntegerRanges.maximumPlans else {
            return progress
        }
        if greatest > progress.until.last ?? progress.through ?? .min || progress.isNew {
            progress.until.append(greatest)
        }
        return progress
    }

    private func cursor(_ progress: Progress) -> RangeCursor {
        var cursor = RangeCursor(first: first, width: width, from: first, ends: progress.until[...])
        guard let through = progress.through, through >= first else { return cursor }
        if through == .max { cursor.ends = [] } else { cursor.from = through + 1 }
        return cursor
    }

    private func list(_ progress: Progress) throws -> [BatchDescription] {
        var list: [BatchDescription] = []
        var cursor = cursor(progress)
        while let range = cursor.next() {
            guard list.count < IntegerRanges.maximumListed else {
                throw CartloadError(
                    .batchSettings, "\"\(stream)\" has more than \(IntegerRanges.maximumListed) ranges of \(width)",
                    advice: "Use wider ranges, or make the batches one by one with batchSequence.")
            }
            list.append(IntegerRanges.batch(range))
        }
        return list
    }

    private static func batch(_ range: ClosedRange<Int64>) -> BatchDescription {
        ["from": .int(range.lowerBound), "to": .int(range.upperBound)]
    }
}

extension IntegerRanges {
    /// Which numbers are done, and how far runs that did not finish meant to go.
    private struct Progress {
        var through: Int64?
        /// Ascending, all after `through`.
        var until: [Int64] = []

        var isNew: Bool { through == nil && until.isEmpty }

        init() {}

        /// nil at the beginning.
        init?(_ checkpoint: Checkpoint?, _ form: CheckpointForm) throws {
            guard let members = try form.open(checkpoint) else { return nil }
            if let value = members["through"], !value.isNull {
                guard let number = value.integer else { throw form.misfit("has no number") }
                through = number
            }
            until = try (members["until"]?.arrayValue ?? []).map { value in
                guard let number = value.integer else { throw form.misfit("has no plan") }
                return number
            }
            let numbers = (through.map { [$0] } ?? []) + until
            guard zip(numbers, numbers.dropFirst()).allSatisfy({ $0 < $1 }) else {
                throw form.misfit("has a plan without order")
            }
        }

        mutating func move(through number: Int64) {
            let reached = max(through ?? number, number)
            through = reached
            until.removeAll { $0 <= reached }
        }

        var members: JSONObject {
            var members = JSONObject([("through", through.map { .int($0) } ?? .null)])
            if !until.isEmpty { members["until"] = .array(until.map { .int($0) }) }
            return members
        }
    }
}

extension JSONValue {
    /// A whole number of 64 bits.
    var integer: Int64? { if case .number(let text) = self { Int64(text) } else { nil } }
}
