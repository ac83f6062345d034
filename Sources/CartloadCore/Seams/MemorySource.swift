// SPDX-License-Identifier: Apache-2.0

/// A source of batches that are already in memory, for tests and for embedding.
///
/// Each batch is read as one block; its description is `{"batch": n}` and its checkpoint `{"done": n + 1}`.
public struct MemorySource: Source {
    private let all: [MemoryStream]

    /// One stream of these batches.
    public init(_ name: String, _ batches: [RecordBatch], schema: Schema? = nil, keys: [String] = []) {
        all = [MemoryStream(description: StreamDescription(name, schema: schema, keys: keys), batches: batches)]
    }

    /// The streams of several sources.
    public init(_ sources: [MemorySource]) { all = sources.flatMap(\.all) }

    public func streams() async throws -> [any Stream] { all }
}

struct MemoryStream: Stream {
    let description: StreamDescription
    let batches: [RecordBatch]

    func batches(since checkpoint: Checkpoint?) async throws -> [BatchDescription] {
        let done = checkpoint?.value["done"]?.intValue ?? 0
        return (min(max(0, done), batches.count)..<batches.count).map { ["batch": .int($0)] }
    }

    func read(_ batch: BatchDescription, into output: BatchOutput) async throws {
        guard let index = batch["batch"]?.intValue, batches.indices.contains(index) else {
            preconditionFailure("\(batch) is not a batch of this stream")
        }
        let checkpoint = Checkpoint(["done": .int(index + 1)])
        try await output.write(batches[index], bytesRead: batches[index].byteCount, checkpoint: checkpoint)
        try await output.close(batch, checkpoint: checkpoint)
    }
}
