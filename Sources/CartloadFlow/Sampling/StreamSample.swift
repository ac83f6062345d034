// SPDX-License-Identifier: Apache-2.0

package import CartloadCore
internal import Synchronization

/// The first records of a stream, read to learn what they look like.
package struct StreamSample: Sendable {
    /// How many bytes are looked at, at most about.
    static let byteLimit = 8 << 20
    package static let recordLimit = 20_000

    package let batches: [RecordBatch]

    package var recordCount: Int { batches.reduce(0) { $0 + ($1.count ?? 0) } }

    private struct Enough: Error {}

    /// Reads on until there is enough, or the stream ends.
    package init(of stream: any CartloadCore.Stream, records wanted: Int = recordLimit) async throws {
        let sparing = stream as? any SparinglySampledStream
        let limit = min(wanted, sparing?.sampleRecords ?? wanted)
        // One record is wanted by those who only ask whether the stream can be read, and an empty batch says that too.
        var batchesLeft = sparing.map { wanted == 1 ? 1 : $0.sampleBatches } ?? .max
        let taken = Mutex<(batches: [RecordBatch], records: Int, bytes: Int)>(([], 0, 0))
        let output = BatchOutput(blockSize: 1 << 18, recordInterval: limit) { element in
            guard case .records(let sealed, _, _, _) = element else { return }
            var ignored = Diagnostics()
            let batch = try sealed.opened(&ignored)
            let isEnough = taken.withLock { taken in
                taken.batches.append(batch)
                taken.records += batch.count ?? 0
                taken.bytes += batch.byteCount
                return taken.records >= limit || taken.bytes >= StreamSample.byteLimit
            }
            if isEnough { throw Enough() }
        }
        var known = try await (stream as? any LazilyBatchedStream) == nil ? stream.batches(since: nil)[...] : []
        let lazy = try await (stream as? any LazilyBatchedStream)?.batchSequence(since: nil)
        while batchesLeft > 0, let batch = try await lazy?.next() ?? known.popFirst() {
            batchesLeft -= 1
            do {
                try await ThreadExecutor.run { try await stream.read(batch, into: output) }
            } catch is Enough {
                break
            }
        }
        batches = taken.withLock { $0.batches }
    }

    /// A schema that holds all of them.
    package func schema() throws -> Schema {
        try batches.reduce(Schema([])) { known, batch in
            let schema: Schema
            if case .columns(let columns) = batch.body {
                schema = Schema(columns.schema.fields.map { Field($0.name, $0.type) })
            } else {
                schema = try Schema.inferred(announcing: batch)
            }
            return known.fields.isEmpty ? schema : known.widened(with: schema)
        }
    }
}
