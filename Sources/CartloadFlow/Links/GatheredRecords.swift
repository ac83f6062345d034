// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore

/// Records of several blocks that become one batch: as they are while there is only one block, else as rows in one arena.
struct GatheredRecords: ~Copyable {
    private var only: RecordBatch?
    private var arena = BytesBuilder()
    private var ends: [Int32]? = []

    init() {}

    var isEmpty: Bool { only == nil && (ends?.isEmpty ?? true) }

    var byteCount: Int { arena.count + (only?.byteCount ?? 0) }

    mutating func append(_ batch: RecordBatch, _ diagnostics: inout Diagnostics) {
        if batch.count == 0 { return }
        if isEmpty {
            only = batch
            return
        }
        if let first = only.take() { first.writeJSONLines(into: &arena, recordEnds: &ends, &diagnostics) }
        batch.writeJSONLines(into: &arena, recordEnds: &ends, &diagnostics)
    }

    /// Everything as one batch; nil for no records.
    consuming func take() -> RecordBatch? {
        if let only { return only }
        guard let ends, !ends.isEmpty else { return nil }
        var start: UInt32 = 0
        let places = ends.map { end in
            defer { start = UInt32(bitPattern: end) }
            return RowPlace(start: start, end: UInt32(bitPattern: end) - 1)
        }
        return RecordBatch(.rows(Rows(bytes: arena.finish(), places: Buffer(places), isLineFed: true)))
    }
}
