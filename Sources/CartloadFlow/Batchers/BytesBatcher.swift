// SPDX-License-Identifier: Apache-2.0

public import CartloadCore

/// Divides a batch into parts of at most so many bytes, counted as the JSON text of the records without line ends.
///
/// The record that would go over the limit starts the next part; one that is larger than the limit is alone in its part.
public struct BytesBatcher: Batcher {
    public let bytes: Int

    /// - Throws: `CartloadError` when the number is not positive.
    public init(bytes: Int) throws {
        guard bytes > 0 else { throw CartloadError(.batcherSetting, "a batch needs at least one byte") }
        self.bytes = bytes
    }

    public func parts(of batch: RecordBatch) throws -> [BatchPart] {
        let sizes = try batch.recordSizes()
        var parts: [BatchPart] = []
        var start = 0
        var total = 0
        for (position, size) in sizes.enumerated() {
            if position > start, total + Int(size) > bytes {
                parts.append(BatchPart(.range(start..<position)))
                start = position
                total = 0
            }
            total += Int(size)
        }
        if start < sizes.count { parts.append(BatchPart(.range(start..<sizes.count))) }
        return parts
    }
}

extension RecordBatch {
    /// The length of each record's JSON text as it will be written.
    func recordSizes() throws -> [Int32] {
        switch body {
        case .rows(let rows):
            let places = rows.places
            return (0..<(selection?.count ?? rows.count)).map { position in
                let place = places[selection?[position] ?? position]
                return Int32(truncatingIfNeeded: place.end - place.start)
            }
        case .columns:
            var text = BytesBuilder(capacity: byteCount)
            var ends: [Int32]? = []
            var ignored = Diagnostics()
            writeJSONLines(into: &text, recordEnds: &ends, &ignored)
            var start: Int32 = 0
            return (ends ?? []).map { end in
                defer { start = end }
                return end - start - 1
            }
        case .sealed:
            throw CartloadError(.batcherSealed, "a sealed batch must be opened before it is divided")
        }
    }

    /// The number of records; a batch that is still sealed has none that could be divided.
    func knownCount() throws -> Int {
        guard let count else {
            throw CartloadError(.batcherSealed, "a sealed batch must be opened before it is divided")
        }
        return count
    }
}
