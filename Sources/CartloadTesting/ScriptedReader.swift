// SPDX-License-Identifier: Apache-2.0

public import CartloadCore

/// A reader over bytes in memory that reads as little at a time as it is told, and fails where it is told.
public final class ScriptedReader: ByteReader {
    public let name: String
    public private(set) var storedBytesRead = 0
    private let bytes: Bytes
    private let pieces: @Sendable (Int) -> Int
    private let failure: (offset: Int, error: CartloadError)?

    /// - Parameters:
    ///   - pieces: At most how many bytes to read at an offset; at least 1 are read.
    ///   - failure: What to throw once this many bytes have been read.
    public init(
        _ bytes: Bytes, name: String = "scripted", failure: (offset: Int, error: CartloadError)? = nil,
        pieces: @escaping @Sendable (Int) -> Int = { _ in .max }
    ) {
        self.bytes = bytes
        self.name = name
        self.pieces = pieces
        self.failure = failure
    }

    public func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        var count = min(buffer.count, bytes.count - storedBytesRead, max(1, pieces(storedBytesRead)))
        if let failure {
            guard storedBytesRead < failure.offset else { throw failure.error }
            count = min(count, failure.offset - storedBytesRead)
        }
        guard count > 0 else { return 0 }
        bytes[storedBytesRead..<storedBytesRead + count].withUnsafeBytes { buffer.copyMemory(from: $0) }
        storedBytesRead += count
        return count
    }
}

extension ByteReader {
    /// Everything up to the end, `room` bytes at most in each read.
    public func readAll(_ room: Int = 1 << 16) throws -> Bytes {
        var builder = BytesBuilder()
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: max(room, 1), alignment: 16)
        defer { buffer.deallocate() }
        while true {
            let count = try read(into: buffer)
            if count == 0 { return builder.finish() }
            builder.append(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
        }
    }
}
