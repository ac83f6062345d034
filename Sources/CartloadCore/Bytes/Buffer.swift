// SPDX-License-Identifier: Apache-2.0

/// Fixed-width values laid end to end in ``Bytes``, as in an Arrow buffer.
public struct Buffer<Element: BitwiseCopyable & Sendable>: Sendable {
    @usableFromInline package let bytes: Bytes
    /// How many elements there are.
    public let count: Int

    /// Views bytes whose start is aligned for `Element`; a trailing part of an element is not counted.
    public init(bytes: Bytes) {
        precondition(
            UInt(bitPattern: bytes.baseAddress) % UInt(MemoryLayout<Element>.alignment) == 0, "misaligned buffer")
        self.bytes = bytes
        count = bytes.count / MemoryLayout<Element>.stride
    }

    public init(_ elements: some Sequence<Element>) {
        let array = Array(elements)
        self.init(bytes: array.withUnsafeBytes { Bytes(copying: $0) })
    }

    /// Fills a buffer of known size in place.
    @inlinable
    public init(count: Int, initializing body: (UnsafeMutablePointer<Element>) throws -> Void) rethrows {
        var builder = BytesBuilder(capacity: count * MemoryLayout<Element>.stride)
        let start = UnsafeMutableRawPointer(builder.end).assumingMemoryBound(to: Element.self)
        try body(start)
        builder.advance(count * MemoryLayout<Element>.stride)
        self.init(bytes: builder.finish())
    }

    /// The elements in place; valid while the buffer lives.
    @inlinable package var pointer: UnsafePointer<Element> {
        bytes.baseAddress.assumingMemoryBound(to: Element.self)
    }

    @inlinable
    public subscript(index: Int) -> Element {
        precondition(index >= 0 && index < count, "element \(index) is outside 0..<\(count)")
        return pointer[index]
    }

    @inlinable
    public func withUnsafeBufferPointer<Result, Failure: Error>(
        _ body: (UnsafeBufferPointer<Element>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try body(UnsafeBufferPointer(start: pointer, count: count))
    }
}
