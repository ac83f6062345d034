// SPDX-License-Identifier: Apache-2.0

import CartloadCore

/// Streams of records numbered from 0, three in a block, which can be resumed after every block.
struct ScriptedSource: Source {
    var names = ["s"]
    var batches: Int
    var blocks: Int
    var concurrency = 1
    /// The ids of records that are rejected.
    var bad: Set<Int> = []
    /// Called before each block with its number in the stream.
    var before: @Sendable (Int) throws -> Void = { _ in }

    init(
        names: [String] = ["s"], batches: Int, blocks: Int, concurrency: Int = 1, bad: Set<Int> = [],
        before: @escaping @Sendable (Int) throws -> Void = { _ in }
    ) {
        self.names = names
        self.batches = batches
        self.blocks = blocks
        self.concurrency = concurrency
        self.bad = bad
        self.before = before
    }

    func streams() async throws -> [any CartloadCore.Stream] {
        names.map { Numbers(source: self, description: StreamDescription($0, concurrency: concurrency)) }
    }

    private struct Numbers: CartloadCore.Stream {
        let source: ScriptedSource
        let description: StreamDescription

        /// The checkpoint is the number of blocks that are done.
        func batches(since checkpoint: Checkpoint?) async throws -> [BatchDescription] {
            let done = checkpoint?.value["blocks"]?.intValue ?? 0
            return (0..<source.batches).compactMap { batch in
                let end = source.blocks == .max ? Int.max : (batch + 1) * source.blocks
                return done < end
                    ? ["from": .int(max(done, source.blocks == .max ? 0 : batch * source.blocks)), "end": .int(end)]
                    : nil
            }
        }

        func read(_ batch: BatchDescription, into output: BatchOutput) async throws {
            guard let from = batch["from"]?.intValue, let end = batch["end"]?.intValue else { return }
            for block in from..<end {
                try source.before(block)
                var diagnostics = Diagnostics()
                var records: [JSONObject] = []
                for id in block * 3..<block * 3 + 3 {
                    let record = JSONObject([("id", .int(id))])
                    guard source.bad.contains(id) else {
                        records.append(record)
                        continue
                    }
                    diagnostics.reject(
                        Diagnostic(
                            .init("test.bad"), "made bad", at: Location(source: description.name, record: id + 1),
                            record: Bytes(JSONValue.object(record).description)))
                }
                try await output.write(
                    RecordBatch(records: records), bytesRead: 30, checkpoint: Checkpoint(["blocks": .int(block + 1)]),
                    diagnostics: diagnostics)
            }
            try await output.close(batch, checkpoint: Checkpoint(["blocks": .int(end)]))
        }
    }
}
