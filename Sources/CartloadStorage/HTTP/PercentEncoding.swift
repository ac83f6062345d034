// SPDX-License-Identifier: Apache-2.0

extension UInt8 {
    /// `%2F` for a slash.
    var percentEncoded: String {
        let digits = String(self, radix: 16, uppercase: true)
        return digits.utf8.count < 2 ? "%0\(digits)" : "%\(digits)"
    }

    /// Letters, digits and `-._~`, which no URL has to encode (RFC 3986, section 2.3).
    fileprivate var isUnreserved: Bool {
        switch self {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
            UInt8(ascii: "~"):
            true
        default: false
        }
    }

    fileprivate var hexadecimalValue: UInt8? {
        switch self {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): self - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): self - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): self - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}

extension Sequence<UInt8> {
    /// The bytes as text, with everything but unreserved characters, and slashes if they are kept, percent-encoded.
    package func percentEncoded(keepingSlashes: Bool = false) -> String {
        reduce(into: "") { result, byte in
            if byte.isUnreserved || keepingSlashes && byte == UInt8(ascii: "/") {
                result.unicodeScalars.append(Unicode.Scalar(byte))
            } else {
                result += byte.percentEncoded
            }
        }
    }
}

extension StringProtocol {
    /// The bytes that a percent-encoded text stands for; a percent sign without two digits stands for itself.
    var percentDecodedBytes: [UInt8] {
        let bytes = Array(utf8)
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count)
        var index = 0
        while index < bytes.count {
            if bytes[index] == UInt8(ascii: "%"), index + 2 < bytes.count, let high = bytes[index + 1].hexadecimalValue,
                let low = bytes[index + 2].hexadecimalValue
            {
                result.append(high << 4 | low)
                index += 3
            } else {
                result.append(bytes[index])
                index += 1
            }
        }
        return result
    }
}
