// SPDX-License-Identifier: Apache-2.0

/// Batches of a stream by ranges of keys of any type, between samples of them: for keys such as UUIDs, read once.
///
/// A description is `{"from": "a", "to": "h"}`: `from` is included and `to` is not, and one that is missing means without
/// bound. The bounds are kept in the checkpoint, so that other samples in a later run do not move them.
public struct KeyRanges: Sendable {
    /// How many ranges there may be (I7): each bound is in every checkpoint.
    public static let maximumRanges = 1000

    public let stream: String
    private let form: CheckpointForm

    public init(stream: String) {
        self.stream = stream
        form = CheckpointForm(kind: "key_ranges", stream: stream)
    }

    /// What is to be read: from the first run on so many ranges, each with about as many of the samples.
    ///
    /// - Parameters:
    ///   - samples: Keys in the order of the source, best evenly spread; repeated ones count once.
    /// - Throws: `CartloadError` with code `batch.settings` unless `count` is 1 to 1000.
    public func plan(since checkpoint: Checkpoint?, samples: [JSONValue], ranges count: Int) throws -> Checkpoint {
        if let checkpoint, try form.open(checkpoint) != nil { return checkpoint }
        guard (1...KeyRanges.maximumRanges).contains(count) else {
            throw CartloadError(
                .batchSettings, "\"\(stream)\" is to have \(count) ranges",
                advice: "It must be 1 to \(KeyRanges.maximumRanges).")
        }
        var keys: [JSONValue] = []
        for key in samples where key != keys.last { keys.append(key) }
        var bounds: [JSONValue] = []
        for index in 1..<max(count, 1) where !keys.isEmpty {
            let key = keys[index * keys.count / count]
            // The smallest key is no bound: nothing lies before it.
            if key != keys[0], key != bounds.last { bounds.append(key) }
        }
        return form.seal(members(bounds: bounds, done: 0))
    }

    /// The batches of a plan that are left.
    public func batches(of plan: Checkpoint) throws -> [BatchDescription] {
        let (bounds, done) = try opened(plan)
        return (done..<max(done, bounds.count + 1)).map { index in
            var value = JSONObject()
            if index > 0 { value["from"] = bounds[index - 1] }
            if index < bounds.count { value["to"] = bounds[index] }
            return BatchDescription(value)
        }
    }

    /// Where the stream is after one more range.
    ///
    /// - Parameter checkpoint: A plan, or what followed from one.
    public func checkpoint(after batch: BatchDescription, since checkpoint: Checkpoint?) throws -> Checkpoint {
        let (bounds, done) = try opened(checkpoint)
        let index: Int
        if let to = batch["to"] {
            guard let found = bounds.firstIndex(of: to) else {
                throw CartloadError(
                    .batchDescription, "\(batch) is no range of the plan of \"\(stream)\"",
                    advice: "Hand back the descriptions that the stream made.")
            }
            index = found
        } else {
            index = bounds.count
        }
        return form.seal(members(bounds: bounds, done: max(done, index + 1)))
    }

    /// The keys that a batch describes; nil for no bound.
    public static func bounds(of batch: BatchDescription) -> (from: JSONValue?, to: JSONValue?) {
        (batch["from"], batch["to"])
    }

    private func members(bounds: [JSONValue], done: Int) -> JSONObject {
        JSONObject([("bounds", .array(bounds)), ("done", .int(done))])
    }

    private func opened(_ checkpoint: Checkpoint?) throws -> (bounds: [JSONValue], done: Int) {
        guard let members = try form.open(checkpoint), let bounds = members["bounds"]?.arrayValue,
            let done = members["done"]?.intValue, (0...bounds.count + 1).contains(done)
        else { throw form.misfit("has no plan") }
        return (bounds, done)
    }
}
