// SPDX-License-Identifier: Apache-2.0

/// Goes over the header of a gzip member byte by byte (RFC 1952).
///
/// ISA-L 2.30 can read headers too, but loses its place in optional fields that arrive in pieces.
struct GzipHeader {
    private enum Stage { case fixed, extraLength, extra, name, comment, checksum, end }

    private var stage = Stage.fixed
    private var flags: UInt8 = 0
    /// Bytes of the stage so far, or still to come for `extra`.
    private var count = 0
    private var extraLength = 0

    var isAtEnd: Bool { stage == .end }

    mutating func take(_ byte: UInt8) throws(DecompressionFailure) {
        switch stage {
        case .fixed:
            if (count == 0 && byte != 0x1f) || (count == 1 && byte != 0x8b) {
                throw DecompressionFailure(description: "the gzip header is invalid")
            }
            if count == 2, byte != 8 { throw DecompressionFailure(description: "the compression method is unknown") }
            if count == 3 {
                guard byte & 0xe0 == 0 else { throw DecompressionFailure(description: "the gzip header is invalid") }
                flags = byte
            }
            count += 1
            if count == 10 { begin(.extraLength) }
        case .extraLength:
            extraLength |= Int(byte) << (8 * count)
            count += 1
            if count == 2 { begin(.extra) }
        case .extra:
            count += 1
            if count == extraLength { begin(.name) }
        case .name: if byte == 0 { begin(.comment) }
        case .comment: if byte == 0 { begin(.checksum) }
        case .checksum:
            // Not compared: it protects the name and the time, which nobody reads here.
            count += 1
            if count == 2 { stage = .end }
        case .end: break
        }
    }

    /// Goes to a stage, or to the first one after it that is there.
    private mutating func begin(_ next: Stage) {
        count = 0
        switch next {
        case .extraLength: if flags & 4 != 0 { stage = .extraLength } else { begin(.name) }
        case .extra: if extraLength > 0 { stage = .extra } else { begin(.name) }
        case .name: if flags & 8 != 0 { stage = .name } else { begin(.comment) }
        case .comment: if flags & 16 != 0 { stage = .comment } else { begin(.checksum) }
        case .checksum: stage = flags & 2 != 0 ? .checksum : .end
        case .fixed, .end: stage = next
        }
    }
}
