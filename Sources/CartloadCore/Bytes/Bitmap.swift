// SPDX-License-Identifier: Apache-2.0

/// One bit for each row, least significant bit first, as in Arrow's validity buffers.
public struct Bitmap: Sendable, Hashable {
    package let bytes: Bytes
    /// How many bits there are.
    public let count: Int

    /// Wraps packed bits; there must be at least `(count + 7) / 8` bytes.
    public init(bytes: Bytes, count: Int) {
        precondition(bytes.count * 8 >= count, "\(bytes.count) bytes cannot hold \(count) bits")
        self.bytes = bytes
        self.count = count
    }

    public init(_ bits: some Sequence<Bool>) {
        var builder = BitmapBuilder()
        for bit in bits { builder.append(bit) }
        self = builder.finish()
    }

    public init(repeating bit: Bool, count: Int) {
        var bytes = BytesBuilder(capacity: (count + 7) / 8)
        for _ in 0..<((count + 7) / 8) { bytes.append(bit ? 0xff : 0) }
        self.init(bytes: bytes.finish(), count: count)
    }

    @inlinable
    public subscript(index: Int) -> Bool {
        precondition(index >= 0 && index < count, "bit \(index) is outside 0..<\(count)")
        return Bitmap.isSet(pointer, index)
    }

    /// The packed bits in place; valid while the bitmap lives.
    @usableFromInline package var pointer: UnsafePointer<UInt8> {
        bytes.baseAddress.assumingMemoryBound(to: UInt8.self)
    }

    @inlinable package static func isSet(_ bits: UnsafePointer<UInt8>, _ index: Int) -> Bool {
        bits[index >> 3] & (1 << UInt8(truncatingIfNeeded: index & 7)) != 0
    }

    /// How many bits are set.
    public var populationCount: Int {
        var total = 0
        for byte in 0..<(count >> 3) { total += pointer[byte].nonzeroBitCount }
        for index in (count & ~7)..<count where self[index] { total += 1 }
        return total
    }

    public static func == (left: Bitmap, right: Bitmap) -> Bool {
        left.count == right.count && (0..<left.count).allSatisfy { left[$0] == right[$0] }
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(count)
        for index in 0..<count { hasher.combine(self[index]) }
    }
}

/// A ``Bitmap`` under construction.
public struct BitmapBuilder: ~Copyable {
    package var bytes: BytesBuilder
    public private(set) var count = 0
    /// How many of the bits are unset.
    public private(set) var zeros = 0

    public init(capacity: Int = 0) {
        bytes = BytesBuilder(capacity: (capacity + 7) / 8)
    }

    public mutating func append(_ bit: Bool) {
        if count & 7 == 0 { bytes.append(0) }
        if bit {
            let byte = bytes.base + (count >> 3)
            byte.storeBytes(of: byte.load(as: UInt8.self) | (1 << UInt8(count & 7)), as: UInt8.self)
        } else {
            zeros += 1
        }
        count += 1
    }

    public consuming func finish() -> Bitmap {
        let count = count
        return Bitmap(bytes: bytes.finish(), count: count)
    }
}
