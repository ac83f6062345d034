// SPDX-License-Identifier: Apache-2.0

/// Where a frame is, and the checksum that it must have there.
struct FramePlace: Hashable, Sendable {
    var segment: Int
    /// From the beginning of the segment, in bytes.
    var offset: Int
    /// Bytes with the header.
    var length: Int
    var checksum: UInt32
}
