// SPDX-License-Identifier: Apache-2.0

internal import Glibc

/// Frames that go to one segment one after another, as one write.
struct FrameVectors {
    let segment: Int
    let offset: Int
    private(set) var length = 0
    private(set) var vectors: [iovec] = []

    init(segment: Int, offset: Int) {
        self.segment = segment
        self.offset = offset
    }

    /// Whether a frame at this place goes on where the last one ended.
    func isFollowed(by place: (segment: Int, offset: Int)) -> Bool {
        place.segment == segment && place.offset == offset + length
    }

    mutating func append(_ frame: FrameArena.Frame) {
        append(frame.head.baseAddress, frame.head.count)
        append(UnsafeMutableRawPointer(mutating: frame.body.baseAddress), frame.body.count)
        length += frame.length
    }

    private mutating func append(_ start: UnsafeMutableRawPointer?, _ count: Int) {
        guard let start, count > 0 else { return }
        if let last = vectors.last, let end = last.iov_base.map({ $0 + last.iov_len }), end == start {
            vectors[vectors.count - 1].iov_len += count
        } else {
            vectors.append(iovec(iov_base: start, iov_len: count))
        }
    }
}
