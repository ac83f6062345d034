// SPDX-License-Identifier: Apache-2.0

internal import CCrypto
internal import CartloadCore

/// Where a version of a service is: `folder/name/version` in the folder of services.
struct ServicePlace: Sendable, Hashable {
    var folder: String
    var name: String
    var version: String
    /// The path of the version's folder.
    var directory: String

    static let maximumNameLength = 128

    var file: String { "\(directory)/service.yaml" }

    /// As answers and the log name the version.
    var uri: String { "\(folder)/\(name)[\(version)]" }

    /// The id of all versions, when no file says another; the same on every machine.
    var serviceID: String { ServicePlace.identifier("service \(folder)/\(name)") }

    /// The id of this version, when its file says no other.
    var versionID: String { ServicePlace.identifier("version \(folder)/\(name)/\(version)") }

    /// Whether a folder can be named in a request and in a path, and in no other way.
    static func isProper(_ name: String) -> Bool {
        let isAllowed = name.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"),
                UInt8(ascii: " "):
                true
            default: false
            }
        }
        return isAllowed && !name.isEmpty && name.utf8.count <= maximumNameLength && !name.hasPrefix(".")
            && !name.hasPrefix(" ") && !name.hasSuffix(" ")
    }

    /// A UUID made of a text: version 8 of RFC 9562, the beginning of its SHA-256.
    private static func identifier(_ text: String) -> String {
        let source = Array("cartload \(text)".utf8)
        var digest = [UInt8](repeating: 0, count: 32)
        var size: UInt32 = 0
        let isDone = EVP_Digest(source, source.count, &digest, &size, EVP_sha256(), nil) == 1
        precondition(isDone && size == 32, "libcrypto has no SHA-256")
        digest[6] = digest[6] & 0x0f | 0x80
        digest[8] = digest[8] & 0x3f | 0x80
        let digits = digest.prefix(16).map { byte in
            let text = String(byte, radix: 16)
            return text.count == 1 ? "0\(text)" : text
        }
        return [0..<4, 4..<6, 6..<8, 8..<10, 10..<16].map { digits[$0].joined() }.joined(separator: "-")
    }
}
