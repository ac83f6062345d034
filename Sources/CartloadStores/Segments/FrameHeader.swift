// SPDX-License-Identifier: Apache-2.0

internal import CISAL
internal import CartloadCompute

/// What stands before a payload in a segment: whose it is, how long, and a checksum.
///
/// Little-endian: mark, CRC-32C of all that follows it, sequence, stored and whole length of the payload, length of the
/// pipeline's id, kind, encoding; then the id, then the payload.
struct FrameHeader: Equatable {
    enum Encoding: UInt8 { case plain = 0, zstd = 1 }

    var key: PayloadKey
    var encoding: Encoding
    var storedLength: Int
    /// Of the payload itself.
    var wholeLength: Int

    static let fixedLength = 40
    private static let mark: UInt32 = 0x3146_4c43  // "CLF1"

    /// With the id.
    var length: Int { FrameHeader.fixedLength + key.pipeline.utf8.count }

    /// Writes the header.
    ///
    /// - Parameter start: Room for ``length`` bytes.
    /// - Returns: The checksum.
    func write(to start: UnsafeMutableRawPointer, payload: UnsafeRawBufferPointer) -> UInt32 {
        let id = Array(key.pipeline.utf8)
        func store(_ value: some FixedWidthInteger, at offset: Int) {
            start.storeBytes(of: value.littleEndian, toByteOffset: offset, as: type(of: value.littleEndian))
        }
        store(FrameHeader.mark, at: 0)
        store(Int64(key.sequence), at: 8)
        store(Int64(storedLength), at: 16)
        store(Int64(wholeLength), at: 24)
        store(UInt32(id.count), at: 32)
        store(UInt8(key.kind.rawValue), at: 36)
        store(encoding.rawValue, at: 37)
        store(UInt16(0), at: 38)
        id.withUnsafeBytes { bytes in
            if let source = bytes.baseAddress {
                (start + FrameHeader.fixedLength).copyMemory(from: source, byteCount: bytes.count)
            }
        }
        let head = UnsafeRawBufferPointer(start: start + 8, count: length - 8)
        let checksum = FrameHeader.checksum(head, payload)
        store(checksum, at: 4)
        return checksum
    }

    /// Reads the header of a whole frame; nil when it is none, is torn, or has a wrong checksum.
    static func read(_ frame: UnsafeRawBufferPointer) -> (header: FrameHeader, checksum: UInt32)? {
        func load<Value: FixedWidthInteger>(_ offset: Int, as type: Value.Type) -> Value {
            Value(littleEndian: frame.loadUnaligned(fromByteOffset: offset, as: type))
        }
        guard frame.count >= fixedLength, load(0, as: UInt32.self) == mark else { return nil }
        let idLength = Int(load(32, as: UInt32.self))
        let stored = Int(load(16, as: Int64.self))
        guard idLength <= frame.count - fixedLength, stored == frame.count - fixedLength - idLength,
            let kind = PayloadKey.Kind(rawValue: Int(load(36, as: UInt8.self))),
            let encoding = Encoding(rawValue: load(37, as: UInt8.self))
        else { return nil }
        let checksum = load(4, as: UInt32.self)
        let rest = UnsafeRawBufferPointer(rebasing: frame[8...])
        guard checksum == self.checksum(rest) else { return nil }
        let id = String(decoding: frame[fixedLength..<fixedLength + idLength], as: UTF8.self)
        let header = FrameHeader(
            key: PayloadKey(pipeline: id, sequence: Int(load(8, as: Int64.self)), kind: kind), encoding: encoding,
            storedLength: stored, wholeLength: Int(load(24, as: Int64.self)))
        return (header, checksum)
    }

    /// CRC-32C of runs of bytes, one after the other.
    static func checksum(_ runs: UnsafeRawBufferPointer...) -> UInt32 {
        var checksum = UInt32.max
        for run in runs {
            var rest = run
            while let start = rest.baseAddress, !rest.isEmpty {
                let count = min(rest.count, 1 << 30)  // the library counts in Int32
                checksum = crc32_iscsi(
                    UnsafeMutablePointer(mutating: start.assumingMemoryBound(to: UInt8.self)), Int32(count), checksum)
                rest = UnsafeRawBufferPointer(rebasing: rest[count...])
            }
        }
        return ~checksum
    }
}
