// SPDX-License-Identifier: Apache-2.0

internal import CSimdjson

/// A ``TextBuffer`` under construction.
public struct TextBuilder: ~Copyable {
    package var offsets: BytesBuilder
    package var bytes: BytesBuilder
    public private(set) var count = 0

    public init(capacity: Int = 0, byteCapacity: Int = 0) {
        offsets = BytesBuilder(capacity: (capacity + 1) * 4)
        bytes = BytesBuilder(capacity: byteCapacity)
        appendOffset()
    }

    private mutating func appendOffset() {
        offsets.reserve(4)
        UnsafeMutableRawPointer(offsets.end).storeBytes(
            of: Int32(truncatingIfNeeded: bytes.count), as: Int32.self)
        offsets.advance(4)
    }

    public mutating func append(_ value: UnsafeRawBufferPointer) {
        bytes.append(value)
        endValue()
    }

    public mutating func append(_ value: String) {
        bytes.append(value)
        endValue()
    }

    /// Appends a text as a JSON string; at least ``Bytes/padding`` bytes after it must be readable.
    package mutating func append(jsonString text: UnsafeRawBufferPointer) {
        bytes.reserve(text.count * 6 + 34)
        bytes.advance(cl_json_write_string(text.bytes, text.count, 0, bytes.end))
        endValue()
    }

    public mutating func appendEmpty() { endValue() }

    /// Ends a value whose bytes were appended to `bytes` directly.
    package mutating func endValue() {
        // Offsets are 32 bits wide, as Arrow's are; blocks are bounded far below that.
        precondition(bytes.count <= Int(Int32.max), "a text column is limited to 2 GiB")
        appendOffset()
        count += 1
    }

    public consuming func finish() -> TextBuffer {
        TextBuffer(offsets: Buffer<Int32>(bytes: offsets.finish()), bytes: bytes.finish())
    }
}

extension Column {
    /// A column from Swift values, nil for null; for tests and small data.
    public init(_ type: FieldType, text values: [String?]) {
        var builder = TextBuilder(capacity: values.count)
        for value in values { builder.append(value ?? "") }
        self.init(
            type: type, values: .text(builder.finish()), validity: Column.validity(values.map { $0 != nil }),
            count: values.count)
    }

    public init(integers values: [Int64?]) {
        self.init(
            type: .integer, values: .int64(Buffer(values.map { $0 ?? 0 })),
            validity: Column.validity(values.map { $0 != nil }), count: values.count)
    }

    public init(numbers values: [Double?]) {
        self.init(
            type: .number, values: .float64(Buffer(values.map { $0 ?? 0 })),
            validity: Column.validity(values.map { $0 != nil }), count: values.count)
    }

    public init(booleans values: [Bool?]) {
        self.init(
            type: .boolean, values: .boolean(Bitmap(values.map { $0 ?? false })),
            validity: Column.validity(values.map { $0 != nil }), count: values.count)
    }

    private static func validity(_ present: [Bool]) -> Bitmap? {
        present.allSatisfy { $0 } ? nil : Bitmap(present)
    }
}
