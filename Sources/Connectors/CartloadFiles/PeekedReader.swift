// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore
internal import CartloadFormats

/// A reader whose first bytes have been looked at and are handed out all the same.
final class PeekedReader: SkippingByteReader {
    private static let peekCount = 4096

    /// The first bytes, as many as came at once.
    let first: Bytes
    private let base: DecompressingReader
    private var given = 0

    init(_ base: DecompressingReader) throws {
        self.base = base
        let room = UnsafeMutableRawBufferPointer.allocate(byteCount: Self.peekCount, alignment: 16)
        defer { room.deallocate() }
        let count = try base.read(into: room)
        first = Bytes(copying: UnsafeRawBufferPointer(rebasing: room[..<count]))
    }

    var name: String { base.name }
    var storedBytesRead: Int { base.storedBytesRead }
    var wouldWait: Bool { given >= first.count && base.wouldWait }

    func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        guard given < first.count else { return try base.read(into: buffer) }
        let count = min(buffer.count, first.count - given)
        first[given..<given + count].withUnsafeBytes { buffer.copyMemory(from: $0) }
        given += count
        return count
    }

    func skip(to offset: Int) throws {
        given = max(given, min(offset, first.count))
        if offset > first.count { try base.skip(to: offset) }
    }
}
