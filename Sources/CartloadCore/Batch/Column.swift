// SPDX-License-Identifier: Apache-2.0

/// The values of one field for every row of a batch, in Arrow's layout.
public struct Column: Sendable {
    /// How values are held.
    public enum Values: Sendable {
        /// Every row is null.
        case null
        case boolean(Bitmap)
        case int64(Buffer<Int64>)
        case float64(Buffer<Double>)
        /// Text: strings unescaped; numbers, dates and times in the digits they came with; objects and arrays as JSON text.
        case text(TextBuffer)
    }

    /// What the values mean. `timestamp` held as `int64` counts microseconds since 1970 UTC, `date` days since 1970.
    public let type: FieldType
    public let values: Values
    /// Which rows have a value; nil when all do.
    public let validity: Bitmap?
    /// How many rows there are.
    public let count: Int

    public init(type: FieldType, values: Values, validity: Bitmap? = nil, count: Int) {
        self.type = type
        self.values = values
        self.validity = validity
        self.count = count
    }

    /// A column of nulls.
    public static func nulls(_ type: FieldType = .null, count: Int) -> Column {
        Column(type: type, values: .null, validity: Bitmap(repeating: false, count: count), count: count)
    }

    @inlinable
    public func isNull(_ row: Int) -> Bool {
        guard let validity else { return false }
        return !validity[row]
    }

    /// How many rows are null.
    public var nullCount: Int { validity.map { count - $0.populationCount } ?? 0 }
}

/// Variable-length values: Arrow's 32-bit offsets into one run of bytes.
public struct TextBuffer: Sendable {
    /// `count + 1` offsets; value `i` is `bytes[offsets[i]..<offsets[i + 1]]`.
    public let offsets: Buffer<Int32>
    public let bytes: Bytes
    /// How many values there are.
    @inlinable public var count: Int { offsets.count - 1 }

    public init(offsets: Buffer<Int32>, bytes: Bytes) {
        precondition(offsets.count > 0, "a text buffer needs at least one offset")
        self.offsets = offsets
        self.bytes = bytes
    }

    /// The bytes of one value in place; valid while the buffer lives.
    @inlinable
    package func value(_ row: Int) -> UnsafeRawBufferPointer {
        let start = Int(offsets.pointer[row])
        let end = Int(offsets.pointer[row + 1])
        return UnsafeRawBufferPointer(start: bytes.baseAddress + start, count: end - start)
    }

    /// One value as a string.
    public subscript(row: Int) -> String { String(decoding: value(row), as: UTF8.self) }
}
