// SPDX-License-Identifier: Apache-2.0

import CartloadCore
import Synchronization
import Testing

@Suite struct RecordWriterTests {
    /// Keeps the names of people, those of a stream together once they are committed.
    private final class Names: Destination {
        let committed = Mutex<[String]>([])

        var all: [String] { committed.withLock { $0 } }

        func open(_ stream: DestinationStream) async throws -> any DestinationWriter { Writer(names: self) }

        actor Writer: RecordWriter {
            let names: Names
            private var waiting: [String] = []

            init(names: Names) { self.names = names }

            func write(records: [Record]) { waiting += records.compactMap { $0.string("name") } }

            func commit(_ commit: Commit) -> JSONValue {
                names.committed.withLock { $0 += waiting }
                waiting = []
                return .null
            }
        }
    }

    /// Opens lines; those that are no JSON are rejected.
    private struct Lines: SealedDecoder {
        func decode(
            _ sealed: Sealed, at origin: Location, _ diagnostics: inout Diagnostics
        ) throws -> RecordBatch.Body { .rows(try Rows.scan(sealed.bytes, &diagnostics)) }
    }

    @Test func recordsComeInOrderAndBadOnesAreRejectedByTheDestination() async throws {
        let batch = RecordBatch(records: [JSONObject([("name", "Grace")]), JSONObject([("name", "Alan")])])
        let text = Bytes("{\"name\":\"Ada\"}\n{\"name\":\n")
        let sealed = RecordBatch(.sealed(Sealed(format: "jsonl", bytes: text, decoder: Lines())))
        let names = Names()
        let writer = try await names.open(DestinationStream("people", checkpointID: "test"))
        var diagnostics = Diagnostics()
        for batch in [batch, sealed] { try await writer.write(writer.prepare(batch, &diagnostics)) }
        #expect(names.all.isEmpty)
        _ = try await writer.commit(Commit(sequence: 1, checkpoint: Checkpoint(.null), isLast: true))
        #expect(names.all == ["Grace", "Alan", "Ada"])
        #expect(diagnostics.rejects.count == 1)
    }
}
