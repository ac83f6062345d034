// SPDX-License-Identifier: Apache-2.0

/// Records of one stream in memory, held in the form in which they came until someone needs another.
///
/// Batches are values: a processor returns a new one and may share the old one's bytes. In flight they are blocks of
/// bounded size (I7); what the user calls a batch can span several of them.
public struct RecordBatch: Sendable {
    /// The physical form.
    public enum Body: Sendable {
        /// JSON text of the records in one arena.
        case rows(Rows)
        /// One column for each field.
        case columns(Columns)
        /// Bytes still in a format's encoding, with how to open them.
        case sealed(Sealed)
    }

    public var body: Body
    /// Which rows of the body belong to the batch, in order; nil for all. A filter sets this and copies nothing.
    public var selection: Selection?
    /// The values of the key that a batcher grouped by, or nil.
    public var key: BatchKey?
    /// Where the first record of the body came from; diagnostics add to it.
    public var origin: Location

    public init(_ body: Body, selection: Selection? = nil, key: BatchKey? = nil, origin: Location = Location()) {
        self.body = body
        self.selection = selection
        self.key = key
        self.origin = origin
    }

    /// How many records there are; nil while they are sealed and nobody has counted them.
    public var count: Int? {
        if let selection { return selection.count }
        switch body {
        case .rows(let rows): return rows.count
        case .columns(let columns): return columns.count
        case .sealed(let sealed): return sealed.count
        }
    }

    /// How many bytes the body holds, for budgets and progress.
    public var byteCount: Int {
        switch body {
        case .rows(let rows): rows.bytes.count
        case .columns(let columns): columns.byteCount
        case .sealed(let sealed): sealed.bytes.count
        }
    }
}

/// The rows of a body that are meant, in order.
public enum Selection: Sendable, Hashable {
    case range(Range<Int>)
    case rows([Int32])

    public var count: Int {
        switch self {
        case .range(let range): range.count
        case .rows(let rows): rows.count
        }
    }

    /// The row of the body behind a position of the selection.
    @inlinable
    public subscript(position: Int) -> Int {
        switch self {
        case .range(let range): range.lowerBound + position
        case .rows(let rows): Int(rows[position])
        }
    }

    /// Calls `body` with every row, in order.
    @inlinable
    public func forEach(_ body: (Int) throws -> Void) rethrows {
        switch self {
        case .range(let range): for row in range { try body(row) }
        case .rows(let rows): for row in rows { try body(Int(row)) }
        }
    }

    /// A selection out of this selection.
    public func narrowed(by inner: Selection) -> Selection {
        switch (self, inner) {
        case (.range(let outer), .range(let inner)):
            .range(outer.lowerBound + inner.lowerBound..<outer.lowerBound + inner.upperBound)
        case (.range(let outer), .rows(let inner)): .rows(inner.map { $0 + Int32(outer.lowerBound) })
        case (.rows(let outer), .range(let inner)): .rows(Array(outer[inner]))
        case (.rows(let outer), .rows(let inner)): .rows(inner.map { outer[Int($0)] })
        }
    }
}

/// The values that all records of a keyed batch share, in the order of the key's expressions.
public struct BatchKey: Sendable, Hashable {
    public var values: [JSONValue]
    public init(_ values: [JSONValue]) { self.values = values }
}
