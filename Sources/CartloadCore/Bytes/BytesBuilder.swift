// SPDX-License-Identifier: Apache-2.0

/// Bytes under construction: one growing allocation with a single owner, turned into ``Bytes`` without a copy.
public struct BytesBuilder: ~Copyable {
    @usableFromInline package var base: UnsafeMutableRawPointer
    @usableFromInline package var capacity: Int
    @usableFromInline package var written: Int
    /// How many bytes have been written.
    @inlinable public var count: Int { written }

    /// Makes room for `capacity` bytes at first; it grows by doubling.
    public init(capacity: Int = 0) {
        let room = max(capacity, 64)
        base = ByteStorage.allocate(room)
        self.capacity = room
        written = 0
    }

    deinit { ByteStorage.release(base) }

    /// Makes sure that `extra` more bytes fit.
    @inlinable
    public mutating func reserve(_ extra: Int) {
        if count &+ extra > capacity { grow(extra) }
    }

    @usableFromInline
    package mutating func grow(_ extra: Int) {
        let room = max(capacity * 2, count + extra)
        base = ByteStorage.reallocate(base, room)
        capacity = room
    }

    /// The address where the next byte goes; valid after ``reserve(_:)`` and before the next growth.
    @inlinable package var end: UnsafeMutablePointer<UInt8> {
        (base + count).assumingMemoryBound(to: UInt8.self)
    }

    /// Counts bytes that were written at ``end``.
    @inlinable package mutating func advance(_ more: Int) { written &+= more }

    @inlinable
    public mutating func append(_ byte: UInt8) {
        reserve(1)
        (base + count).storeBytes(of: byte, as: UInt8.self)
        written &+= 1
    }

    @inlinable
    public mutating func append(_ buffer: UnsafeRawBufferPointer) {
        guard let source = buffer.baseAddress, buffer.count > 0 else { return }
        reserve(buffer.count)
        (base + count).copyMemory(from: source, byteCount: buffer.count)
        written &+= buffer.count
    }

    public mutating func append(_ bytes: Bytes) {
        bytes.withUnsafeBytes { append($0) }
    }

    public mutating func append(_ text: StaticString) {
        append(UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    public mutating func append(_ text: String) {
        var text = text
        text.withUTF8 { append(UnsafeRawBufferPointer($0)) }
    }

    /// Overwrites one byte.
    package mutating func replace(_ index: Int, with byte: UInt8) {
        precondition(index >= 0 && index < written)
        base.storeBytes(of: byte, toByteOffset: index, as: UInt8.self)
    }

    /// Appends zero bytes until there are `total`.
    package mutating func zeroFill(to total: Int) {
        guard total > count else { return }
        reserve(total - count)
        (base + count).initializeMemory(as: UInt8.self, repeating: 0, count: total - count)
        written = total
    }

    /// Forgets the last bytes, or all of them, keeping the memory.
    public mutating func truncate(to total: Int = 0) {
        precondition(total >= 0 && total <= count)
        written = total
    }

    /// Reads what has been written so far.
    @inlinable
    public borrowing func withUnsafeBytes<Result, Failure: Error>(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try body(UnsafeRawBufferPointer(start: base, count: count))
    }

    /// Hands the memory over as immutable bytes.
    public consuming func finish() -> Bytes {
        (base + count).initializeMemory(as: UInt8.self, repeating: 0, count: Bytes.padding)
        let bytes = Bytes(storage: ByteStorage(adopting: base, capacity: capacity), start: 0, count: count)
        discard self
        return bytes
    }
}
