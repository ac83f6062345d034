// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore

/// The records of a stream as the parents of another's batches, a page at a time.
///
/// An actor because a page is asked for while others may want to know the next one; it is asked by one task at a time.
actor ParentRecords {
    private let stream: APIStream
    private let fields: [String]
    private let batches: BatchSequence
    private var pages: BatchReading.Pages?

    /// About how many bytes of a page are looked at together.
    private static let blockSize = 1 << 18

    init(_ stream: APIStream, fields: [String]) async throws {
        self.stream = stream
        self.fields = fields
        batches = try await stream.batchSequence(since: nil)
    }

    /// The parents of the next page; nil at the end.
    func next() async throws -> [Partition]? {
        while true {
            if var current = pages {
                let page = try await current.next(blockSize: ParentRecords.blockSize)
                pages = page == nil ? nil : current
                if let page { return try page.blocks.flatMap { try partitions($0) } }
            }
            guard let batch = try await batches.next() else { return nil }
            if let reading = try stream.reading(batch) { pages = try BatchReading.Pages(reading) }
        }
    }

    private func partitions(_ batch: RecordBatch) throws -> [Partition] {
        var ignored = Diagnostics()
        let names = fields.map { ($0, $0.split(separator: ".").map(String.init)) }
        let projection = Projection(names.map { .init($0.0, path: $0.1, .raw) })
        let columns = try batch.columns(projection, &ignored).columns
        return try (0..<columns.count).map { row in
            var members = JSONObject()
            for (field, column) in zip(fields, columns.columns) {
                let value = try column.rawValue(row)
                guard !value.isNull else {
                    throw CartloadError(
                        .apiParent, "a record of \"\(stream.description.name)\" has no \"\(field)\"",
                        advice: "Check `parents.fields`.")
                }
                members[field] = value
            }
            return Partition(members: members)
        }
    }
}
