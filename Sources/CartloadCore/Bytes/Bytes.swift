// SPDX-License-Identifier: Apache-2.0

/// An immutable run of bytes that can be sliced without copying.
///
/// The allocation behind it always has ``Bytes/padding`` readable zero bytes past its end, which is what lets the JSON
/// scanner read a whole vector register at the last byte.
public struct Bytes: Sendable {
    /// How many readable bytes follow the end of every allocation (simdjson 3.0 asks for 64).
    public static let padding = 64

    @usableFromInline package let storage: ByteStorage
    @usableFromInline package let start: Int
    /// How many bytes there are.
    public let count: Int

    package init(storage: ByteStorage, start: Int, count: Int) {
        self.storage = storage
        self.start = start
        self.count = count
    }

    /// No bytes at all.
    public init() {
        self.init(storage: .empty, start: 0, count: 0)
    }

    /// Copies a buffer.
    public init(copying buffer: UnsafeRawBufferPointer) {
        let storage = ByteStorage(capacity: buffer.count)
        if let source = buffer.baseAddress, buffer.count > 0 {
            storage.base.copyMemory(from: source, byteCount: buffer.count)
        }
        self.init(storage: storage, start: 0, count: buffer.count)
    }

    /// Copies the bytes of a sequence.
    public init(_ elements: some Sequence<UInt8>) {
        let array = Array(elements)
        self = array.withUnsafeBytes { Bytes(copying: $0) }
    }

    /// Copies the UTF-8 text of a string.
    public init(_ string: String) {
        self.init(string.utf8)
    }

    public var isEmpty: Bool { count == 0 }

    /// Reads the bytes in place; the pointer must not leave the closure.
    ///
    /// At least ``padding`` bytes past the end of the buffer are readable.
    @inlinable
    public func withUnsafeBytes<Result, Failure: Error>(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try body(UnsafeRawBufferPointer(start: baseAddress, count: count))
    }

    @usableFromInline
    package var baseAddress: UnsafeRawPointer { UnsafeRawPointer(storage.base + start) }

    /// The byte at an offset.
    public subscript(offset: Int) -> UInt8 {
        precondition(offset >= 0 && offset < count, "byte offset \(offset) is outside 0..<\(count)")
        return baseAddress.load(fromByteOffset: offset, as: UInt8.self)
    }

    /// A part of the bytes, sharing their storage.
    public subscript(range: Range<Int>) -> Bytes {
        precondition(range.lowerBound >= 0 && range.upperBound <= count, "byte range \(range) is outside 0..<\(count)")
        return Bytes(storage: storage, start: start + range.lowerBound, count: range.count)
    }

    /// The bytes as text; ill-formed UTF-8 is repaired with U+FFFD, so this is for messages and tests, not for data.
    public var text: String {
        withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
    }
}

extension Bytes: Hashable {
    public static func == (left: Bytes, right: Bytes) -> Bool {
        left.count == right.count
            && left.withUnsafeBytes { l in right.withUnsafeBytes { r in l.elementsEqual(r) } }
    }

    public func hash(into hasher: inout Hasher) {
        withUnsafeBytes { hasher.combine(bytes: $0) }
    }
}

/// The allocation behind ``Bytes``.
///
/// Unchecked because it is written only while a ``BytesBuilder`` owns it alone; once wrapped in `Bytes` nothing writes.
@usableFromInline
package final class ByteStorage: @unchecked Sendable {
    @usableFromInline package let base: UnsafeMutableRawPointer
    package let capacity: Int

    package static let empty = ByteStorage(capacity: 0)

    /// Allocates room for `capacity` bytes and the padding, which is zeroed.
    package init(capacity: Int) {
        base = ByteStorage.allocate(capacity)
        self.capacity = capacity
        (base + capacity).initializeMemory(as: UInt8.self, repeating: 0, count: Bytes.padding)
    }

    /// Takes over memory that came from `malloc` and has `Bytes.padding` bytes after `capacity`.
    package init(adopting base: UnsafeMutableRawPointer, capacity: Int) {
        self.base = base
        self.capacity = capacity
    }

    deinit { ByteStorage.release(base) }
}
