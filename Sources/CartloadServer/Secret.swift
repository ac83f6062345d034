// SPDX-License-Identifier: Apache-2.0

internal import CCrypto
internal import CartloadCore

/// The hash of a secret, which is all that a server keeps of it: `sha256:` and 64 hexadecimal digits.
///
/// Secrets are made by the server itself, with 256 bits that nobody can guess; for those a plain hash is enough.
public struct Secret: Sendable, Hashable, CustomStringConvertible {
    private static let prefix = "sha256:"
    private let digest: [UInt8]

    /// The hash of a secret.
    public init(of secret: String) { digest = Secret.hash(secret) }

    /// A hash as it stands in a configuration; nil when it is not one.
    public init?(_ text: String) {
        guard text.hasPrefix(Secret.prefix), text.utf8.count == Secret.prefix.utf8.count + 64 else { return nil }
        var bytes: [UInt8] = []
        var rest = text.dropFirst(Secret.prefix.count)
        while !rest.isEmpty {
            let pair = rest.prefix(2)
            // A number may have a sign, a hash has none.
            guard pair.allSatisfy(\.isHexDigit), let byte = UInt8(pair, radix: 16) else { return nil }
            bytes.append(byte)
            rest = rest.dropFirst(2)
        }
        guard bytes.count == 32 else { return nil }
        digest = bytes
    }

    public var description: String {
        let digits = Array("0123456789abcdef")
        return Secret.prefix + digest.map { "\(digits[Int($0 >> 4)])\(digits[Int($0 & 15)])" }.joined()
    }

    private static func hash(_ text: String) -> [UInt8] {
        var hash = [UInt8](repeating: 0, count: 32)
        Bytes(text).withUnsafeBytes { _ = EVP_Digest($0.baseAddress, $0.count, &hash, nil, EVP_sha256(), nil) }
        return hash
    }

    /// A new secret with 256 bits.
    ///
    /// - Parameter kind: Its first letters, which say what it is for: `clt` for a token, `clk` for an API key, `cls` for a
    ///   client's secret.
    public static func make(_ kind: String) -> String {
        let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
        var generator = SystemRandomNumberGenerator()
        return kind + "_" + String((0..<43).map { _ in letters[Int.random(in: 0..<64, using: &generator)] })
    }
}
