// SPDX-License-Identifier: Apache-2.0

import CartloadCompute
import CartloadCore
import Testing

@testable import CartloadStores

@Suite struct FrameHeaderTests {
    private static let key = PayloadKey(pipeline: "pipeline ü", sequence: 1 << 40, kind: .output)

    private static func frame(_ payload: String) -> [UInt8] {
        let bytes = Bytes(payload)
        let header = FrameHeader(key: key, encoding: .zstd, storedLength: bytes.count, wholeLength: 99)
        var frame = [UInt8](repeating: 0, count: header.length)
        frame.withUnsafeMutableBytes { room in
            guard let start = room.baseAddress else { return }
            _ = bytes.withUnsafeBytes { header.write(to: start, payload: $0) }
        }
        return frame + payload.utf8
    }

    @Test(arguments: ["", "x", String(repeating: "payload ", count: 500)])
    func aFrameIsReadAsItWasWritten(payload: String) throws {
        let frame = Self.frame(payload)
        let read = try #require(frame.withUnsafeBytes { FrameHeader.read($0) })
        #expect(read.header.key == Self.key)
        #expect(read.header.encoding == .zstd)
        #expect(read.header.storedLength == payload.utf8.count)
        #expect(read.header.wholeLength == 99)
        #expect(frame.dropFirst(read.header.length).elementsEqual(payload.utf8))
    }

    @Test func everyChangedBitAndEveryTornEndIsNoticed() {
        let frame = Self.frame("a payload of some bytes")
        for bit in 0..<frame.count * 8 {
            var changed = frame
            changed[bit / 8] ^= 1 << UInt8(bit % 8)
            #expect(changed.withUnsafeBytes { FrameHeader.read($0) == nil }, "bit \(bit)")
        }
        for count in 0..<frame.count {
            #expect(frame.prefix(count).withUnsafeBytes { FrameHeader.read($0) == nil }, "\(count) bytes")
        }
    }

    @Test func theChecksumIsTheOneOfCastagnoli() {
        // RFC 3720, B.4: 32 bytes of zeros.
        let zeros = [UInt8](repeating: 0, count: 32)
        #expect(zeros.withUnsafeBytes { FrameHeader.checksum($0) } == 0x8a91_36aa)
    }
}
