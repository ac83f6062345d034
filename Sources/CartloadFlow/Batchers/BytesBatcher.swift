// SPDX-License-Identifier: Apache-2.0

public import CartloadCore

/// Divides a batch into parts of at most so many bytes, counted as the JSON text of the records without line ends.
///
/// The record that would go over the limit starts the next part.
public struct BytesBatcher: Batcher {
    /// What becomes of a record that is larger than the limit.
    public enum Oversize: String, Sendable, Hashable, CaseIterable {
        /// It is alone in its part.
        case alone
        /// The batch fails.
        case error
        /// A link rejects the record; elsewhere the batch fails.
        case reject
    }

    public let bytes: Int
    public let oversize: Oversize

    /// - Throws: `CartloadError` when the number is not positive.
    public init(bytes: Int, oversize: Oversize = .alone) throws {
        guard bytes > 0 else { throw CartloadError(.batcherSetting, "a batch needs at least one byte") }
        self.bytes = bytes
        self.oversize = oversize
    }

    public func parts(of batch: RecordBatch) throws -> [BatchPart] {
        let sizes = try batch.recordSizes()
        if oversize != .alone { try checkSizes(sizes) }
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

    private func checkSizes(_ sizes: [Int32]) throws {
        let large = sizes.indices.filter { Int(sizes[$0]) > bytes }
        guard let first = large.first else { return }
        if oversize == .reject { throw OversizeRecords(positions: large, limit: bytes) }
        throw OversizeRecords.failure(bytes: Int(sizes[first]), limit: bytes)
    }
}

/// Records that are larger than a batch may be, which shall be rejected.
struct OversizeRecords: Error, CustomStringConvertible {
    let positions: [Int]
    let limit: Int

    var description: String { "\(positions.count) records are larger than a batch may be, which is \(limit) bytes" }

    static func failure(bytes: Int, limit: Int) -> CartloadError {
        CartloadError(
            .batcherOversize, "a record has \(bytes) bytes, more than a batch may have, which is \(limit)",
            advice: "Raise the limit, or let such records be alone or rejected.")
    }
}

extension CartloadError.Code {
    /// A record is larger than a batch may be.
    public static let batcherOversize = CartloadError.Code("batcher.oversize")
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
