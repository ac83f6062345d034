// SPDX-License-Identifier: Apache-2.0

public import CartloadCore
internal import CartloadExpressions

/// Divides a batch by event time: records whose time falls into the same window of a fixed length are one part.
///
/// Windows are half-open and aligned to 1970-01-01T00:00:00Z. Parts come in the order of first occurrence; records without
/// a time are a part of their own. The key of a part is its window's beginning.
public struct TimeBatcher: Batcher {
    public let field: [String]
    public let window: Duration
    private let microseconds: Int64
    private let time: KeyExpressions

    /// - Parameter field: A field with timestamps, or text that reads as such.
    /// - Throws: `CartloadError` when the window is not at least a millisecond.
    public init(by field: [String], every window: Duration) throws {
        guard !field.isEmpty else { throw CartloadError(.batcherSetting, "a time window needs a field") }
        guard window >= .milliseconds(1), window <= .seconds(100 * 366 * 86_400) else {
            throw CartloadError(.batcherSetting, "a time window is from a millisecond to a hundred years long")
        }
        self.field = field
        self.window = window
        microseconds = window.components.seconds * 1_000_000 + window.components.attoseconds / 1_000_000_000_000
        let path = field.map { "\"" + $0.replacing("\"", with: "\"\"") + "\"" }.joined(separator: ".")
        time = try KeyExpressions([Expression(parsing: "CAST(\(path) AS TIMESTAMPTZ)")])
    }

    public func parts(of batch: RecordBatch) throws -> [BatchPart] {
        guard try batch.knownCount() > 0 else { return [] }
        let column = try time.values(of: batch).values[0].column
        guard case .int64(let times) = column.values else {
            return [BatchPart(.range(0..<column.count), key: BatchKey([.null]))]
        }
        let starts = Buffer<Int64>(count: column.count) { starts in
            for row in 0..<column.count {
                let time = times[row]
                let window = time / microseconds - (time % microseconds < 0 ? 1 : 0)
                starts[row] = window &* microseconds
            }
        }
        let windows = KeyValues(
            Column(
                type: .timestamp(zoned: true), values: .int64(starts), validity: column.validity, count: column.count))
        var groups = KeyGroups(count: column.count)
        groups.refine(by: windows)
        return groups.parts([windows])
    }
}
