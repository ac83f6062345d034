// SPDX-License-Identifier: Apache-2.0

internal import CZstd
internal import CartloadCompute
internal import CartloadCore
internal import Glibc

/// Room for the headers of a group of frames, and for the payloads that are compressed or too small for a vector of their
/// own. It is used again for every group.
///
/// Used by the committing thread alone.
final class FrameArena {
    /// A frame as it is written: one run of bytes, or a header here and the payload where it is.
    struct Frame {
        var head: UnsafeMutableRawBufferPointer
        /// Empty when the payload stands behind the header.
        var body: UnsafeRawBufferPointer
        var checksum: UInt32

        var length: Int { head.count + body.count }
    }

    /// Shorter payloads are copied: that costs less than a vector.
    static let copiedBelow = 4096

    private let compressFrom: Int?
    private let keptCapacity: Int
    private let compressor = ZSTD_createCCtx()
    private var base = UnsafeMutableRawPointer.allocate(byteCount: 64, alignment: 16)
    private var capacity = 64
    private var used = 0

    /// - Parameter keptCapacity: What is kept from group to group; a larger group has its room for itself (I7).
    init(compressFrom: Int?, keptCapacity: Int) {
        self.compressFrom = compressFrom
        self.keptCapacity = keptCapacity
    }

    deinit {
        base.deallocate()
        ZSTD_freeCCtx(compressor)
    }

    /// Begins a group; frames of the last one are gone.
    func reset(for payloads: [(key: PayloadKey, bytes: Bytes)]) {
        var room = 0
        for (key, bytes) in payloads {
            room += FrameHeader.fixedLength + key.pipeline.utf8.count
            room +=
                isCompressible(bytes)
                ? ZSTD_compressBound(bytes.count) : bytes.count < Self.copiedBelow ? bytes.count : 0
        }
        used = 0
        guard room > capacity || capacity > keptCapacity else { return }
        base.deallocate()
        capacity = max(room, min(capacity * 2, keptCapacity))
        base = .allocate(byteCount: capacity, alignment: 16)
    }

    /// Makes a frame.
    ///
    /// - Parameter bytes: Must stay where they are until the frame is written.
    func frame(_ key: PayloadKey, _ bytes: Bytes) -> Frame {
        var header = FrameHeader(key: key, encoding: .plain, storedLength: bytes.count, wholeLength: bytes.count)
        let start = base + used
        let behind = start + header.length
        if isCompressible(bytes) {
            let size = ZSTD_compressCCtx(
                compressor, behind, ZSTD_compressBound(bytes.count), bytes.baseAddress, bytes.count, 1)
            // An eighth less is worth what reading it back costs.
            if ZSTD_isError(size) == 0, size <= bytes.count - bytes.count / 8 {
                header.encoding = .zstd
                header.storedLength = size
                return frame(header, at: start, UnsafeRawBufferPointer(start: behind, count: size), isBehind: true)
            }
        }
        let payload = UnsafeRawBufferPointer(start: bytes.baseAddress, count: bytes.count)
        guard bytes.count < Self.copiedBelow else { return frame(header, at: start, payload, isBehind: false) }
        behind.copyMemory(from: bytes.baseAddress, byteCount: bytes.count)
        return frame(header, at: start, payload, isBehind: true)
    }

    private func frame(
        _ header: FrameHeader, at start: UnsafeMutableRawPointer, _ payload: UnsafeRawBufferPointer, isBehind: Bool
    ) -> Frame {
        let checksum = header.write(to: start, payload: payload)
        let head = header.length + (isBehind ? payload.count : 0)
        used += head
        return Frame(
            head: UnsafeMutableRawBufferPointer(start: start, count: head),
            body: isBehind ? UnsafeRawBufferPointer(start: nil, count: 0) : payload, checksum: checksum)
    }

    private func isCompressible(_ bytes: Bytes) -> Bool { compressFrom.map { bytes.count >= $0 } ?? false }
}
