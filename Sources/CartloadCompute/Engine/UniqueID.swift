// SPDX-License-Identifier: Apache-2.0

internal import CCrypto
public import CartloadCore

/// UUIDs in lower case.
public enum UniqueID {
    /// One that nobody can guess.
    public static func random() -> String {
        var generator = SystemRandomNumberGenerator()
        return text((0..<16).map { _ in UInt8.random(in: 0...255, using: &generator) }, version: 4)
    }

    /// The one that follows from some texts: the same for the same texts.
    public static func derived(from texts: [Bytes]) -> String {
        var whole = BytesBuilder()
        for part in texts {
            whole.append("\(part.count):")
            whole.append(part)
        }
        var hash = [UInt8](repeating: 0, count: 32)
        whole.withUnsafeBytes { _ = EVP_Digest($0.baseAddress, $0.count, &hash, nil, EVP_sha256(), nil) }
        return text(Array(hash.prefix(16)), version: 8)
    }

    private static func text(_ bytes: [UInt8], version: UInt8) -> String {
        var bytes = bytes
        bytes[6] = bytes[6] & 0x0f | version << 4
        bytes[8] = bytes[8] & 0x3f | 0x80
        let digits = Array("0123456789abcdef".utf8)
        var text: [UInt8] = []
        for (index, byte) in bytes.enumerated() {
            if [4, 6, 8, 10].contains(index) { text.append(UInt8(ascii: "-")) }
            text.append(digits[Int(byte >> 4)])
            text.append(digits[Int(byte & 15)])
        }
        return String(decoding: text, as: UTF8.self)
    }
}
