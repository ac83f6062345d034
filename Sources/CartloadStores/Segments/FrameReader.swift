// SPDX-License-Identifier: Apache-2.0

internal import CZstd
internal import CartloadCompute
internal import CartloadCore

/// Reads frames, and believes none that is not what it should be.
struct FrameReader: Sendable {
    let shelf: SegmentShelf

    /// The payload of a frame; nil when something else is at its place.
    func read(_ key: PayloadKey, at place: FramePlace) throws -> Bytes? {
        guard let file = try shelf.segment(place.segment) else { return nil }
        let frame = try file.read(at: place.offset, count: place.length)
        guard let (header, checksum) = frame.withUnsafeBytes({ FrameHeader.read($0) }), frame.count == place.length,
            checksum == place.checksum, header.key == key
        else { return nil }
        let stored = frame[header.length..<frame.count]
        switch header.encoding {
        case .plain: return stored
        case .zstd: return decompressed(stored, to: header.wholeLength)
        }
    }

    private func decompressed(_ stored: Bytes, to count: Int) -> Bytes? {
        let storage = ByteStorage(capacity: count)
        let size = stored.withUnsafeBytes { ZSTD_decompress(storage.base, count, $0.baseAddress, $0.count) }
        return size == count ? Bytes(storage: storage, start: 0, count: count) : nil
    }
}
