// SPDX-License-Identifier: Apache-2.0

internal import CCrypto
package import CartloadCore

/// SHA-256 by libcrypto, and the keyed form of it that signatures are made of (RFC 2104).
package enum SHA256 {
    static let byteCount = 32
    private static let blockBytes = 64

    static func hash(_ bytes: UnsafeRawBufferPointer) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: byteCount) { room, count in
            var size: UInt32 = 0
            // The one-call form fails only when libcrypto lacks SHA-256 or memory, and then nothing can be signed at all.
            let isDone = EVP_Digest(bytes.baseAddress, bytes.count, room.baseAddress, &size, EVP_sha256(), nil) == 1
            precondition(isDone && size == byteCount, "libcrypto has no SHA-256")
            count = byteCount
        }
    }

    static func hash(_ bytes: [UInt8]) -> [UInt8] { bytes.withUnsafeBytes { hash($0) } }

    package static func hash(_ bytes: Bytes) -> [UInt8] { bytes.withUnsafeBytes { hash($0) } }

    static func authenticate(_ message: String, key: [UInt8]) -> [UInt8] {
        var key = key.count > blockBytes ? hash(key) : key
        key += [UInt8](repeating: 0, count: blockBytes - key.count)
        let inner = hash(key.map { $0 ^ 0x36 } + Array(message.utf8))
        return hash(key.map { $0 ^ 0x5c } + inner)
    }
}

extension [UInt8] {
    /// Two small hexadecimal digits for each byte.
    package var hexadecimal: String {
        let digits = Array("0123456789abcdef".utf8)
        return String(decoding: flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }
}
