// SPDX-License-Identifier: Apache-2.0

/// Batches of a stream that are a list of things, such as regions or names of reports, each read once.
///
/// A description is `{"item": "north"}`. The checkpoint holds what is done, so the list may change between runs: new items
/// are read wherever they stand, and done ones that vanish and come back are not read again.
public struct ListBatches: Sendable {
    /// How many items there may be (I7): each done one is in every checkpoint.
    public static let maximumItems = 10_000

    public let stream: String
    public let items: [JSONValue]
    private let form: CheckpointForm

    /// - Throws: `CartloadError` with code `batch.settings` for too many items, or one that is there twice.
    public init(stream: String, _ items: [JSONValue]) throws {
        guard items.count <= ListBatches.maximumItems else {
            throw CartloadError(
                .batchSettings, "\"\(stream)\" has \(items.count) items",
                advice: "There may be 10000; use ranges of keys.")
        }
        var seen: Set<JSONValue> = []
        for item in items where !seen.insert(item).inserted {
            throw CartloadError(.batchSettings, "\"\(stream)\" has the item \(item) twice", advice: "Leave one out.")
        }
        self.stream = stream
        self.items = items
        form = CheckpointForm(kind: "list", stream: stream)
    }

    /// The batches of items that are not done.
    public func batches(since checkpoint: Checkpoint?) throws -> [BatchDescription] {
        let done = Set(try done(checkpoint))
        return items.filter { !done.contains($0) }.map { ["item": $0] }
    }

    /// Where the stream is after one more item.
    public func checkpoint(after batch: BatchDescription, since checkpoint: Checkpoint?) throws -> Checkpoint {
        let item = try ListBatches.item(of: batch)
        let done = try done(checkpoint)
        return form.seal(JSONObject([("done", .array(done.contains(item) ? done : done + [item]))]))
    }

    /// The item that a batch describes.
    ///
    /// - Throws: `CartloadError` with code `batch.description`.
    public static func item(of batch: BatchDescription) throws -> JSONValue {
        guard let item = batch["item"] else {
            throw CartloadError(
                .batchDescription, "\(batch) names no item", advice: "Hand back the descriptions that the stream made.")
        }
        return item
    }

    private func done(_ checkpoint: Checkpoint?) throws -> [JSONValue] {
        guard let members = try form.open(checkpoint) else { return [] }
        guard let done = members["done"]?.arrayValue else { throw form.misfit("has no list") }
        return done
    }
}
