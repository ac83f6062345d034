// SPDX-License-Identifier: Apache-2.0

public import CartloadCore

/// Divides a batch into parts of so many records; the last one may have fewer.
public struct SizeBatcher: Batcher {
    public let records: Int

    /// - Throws: `CartloadError` when the number is not positive.
    public init(records: Int) throws {
        guard records > 0 else { throw CartloadError(.batcherSetting, "a batch needs at least one record") }
        self.records = records
    }

    private init(known records: Int) { self.records = records }

    /// Two records in each part.
    public static let pairs = SizeBatcher(known: 2)

    public func parts(of batch: RecordBatch) throws -> [BatchPart] {
        let count = try batch.knownCount()
        return stride(from: 0, to: count, by: records).map { start in
            BatchPart(.range(start..<min(start + records, count)))
        }
    }
}
