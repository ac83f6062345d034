// SPDX-License-Identifier: Apache-2.0

extension Bytes {
    /// The bytes as base64 text with padding (RFC 4648, section 4).
    package var base64: String {
        let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
        var text: [UInt8] = []
        text.reserveCapacity((count + 2) / 3 * 4)
        for start in stride(from: 0, to: count, by: 3) {
            let held = min(3, count - start)
            var word: UInt32 = 0
            for index in 0..<3 { word = word << 8 | (index < held ? UInt32(self[start + index]) : 0) }
            for index in 0..<4 {
                text.append(index <= held ? letters[Int(word >> UInt32(18 - 6 * index)) & 63] : UInt8(ascii: "="))
            }
        }
        return String(decoding: text, as: UTF8.self)
    }
}
