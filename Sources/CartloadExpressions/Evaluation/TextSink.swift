// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore

/// The text values of one result, written one after another into memory that is sized beforehand.
struct TextSink: ~Copyable {
    /// How many bytes the texts of one column may have (I7); offsets are 32 bits wide.
    static let byteLimit = 1 << 30

    private var offsets: BytesBuilder
    var bytes: BytesBuilder
    private var row = 0
    private var start = 0
    /// Rows whose text did not fit any more.
    private(set) var failures: [RowError] = []

    init(count: Int, byteCapacity: Int) {
        offsets = BytesBuilder(capacity: (count + 1) * 4)
        bytes = BytesBuilder(capacity: byteCapacity)
        mark()
    }

    @inline(__always)
    private mutating func mark() {
        UnsafeMutableRawPointer(offsets.end).storeBytes(of: Int32(truncatingIfNeeded: bytes.count), as: Int32.self)
        offsets.advance(4)
    }

    /// Ends the value of the next row.
    @inline(__always)
    mutating func end() {
        if bytes.count > TextSink.byteLimit { overflow() }
        mark()
        start = bytes.count
        row += 1
    }

    private mutating func overflow() {
        bytes.truncate(to: start)
        failures.append(RowError(row: row, message: "the text is too long"))
    }

    /// Adds a whole value.
    @inline(__always)
    mutating func append(_ value: UnsafeRawBufferPointer) {
        bytes.append(value)
        end()
    }

    /// Turns the value in the making into an error.
    mutating func fail(_ message: String) {
        bytes.truncate(to: start)
        failures.append(RowError(row: row, message: message))
        end()
    }

    consuming func finish(_ type: ValueType, validity: Buffer<UInt8>?) -> Vector {
        let count = row
        let failures = failures
        let text = TextBuffer(offsets: Buffer<Int32>(bytes: offsets.finish()), bytes: bytes.finish())
        return Vector(type, .text(text), validity: validity, count: count).failing(failures)
    }
}
