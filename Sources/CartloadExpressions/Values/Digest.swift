// SPDX-License-Identifier: Apache-2.0

internal import CCrypto
package import CartloadCore

/// Hashes of texts as hexadecimal text, by libcrypto.
package enum Digest: String, Sendable {
    case md5
    case sha256

    /// Computes many digests with one context.
    package final class Hasher {
        private let context: OpaquePointer
        private let algorithm: OpaquePointer

        /// nil when libcrypto does not offer the algorithm, as MD5 in a FIPS configuration.
        package init?(_ digest: Digest) {
            guard let context = EVP_MD_CTX_new() else { return nil }
            guard let algorithm = digest == .md5 ? EVP_md5() : EVP_sha256(),
                EVP_DigestInit_ex(context, algorithm, nil) == 1
            else {
                EVP_MD_CTX_free(context)
                return nil
            }
            self.context = context
            self.algorithm = algorithm
        }

        deinit { EVP_MD_CTX_free(context) }

        /// Writes the digest of a prefix and a text in hexadecimal digits.
        package func write(
            _ text: UnsafeRawBufferPointer, prefix: UnsafeRawBufferPointer? = nil, to bytes: inout BytesBuilder
        ) {
            EVP_DigestInit_ex(context, nil, nil)
            if let prefix { EVP_DigestUpdate(context, prefix.baseAddress, prefix.count) }
            EVP_DigestUpdate(context, text.baseAddress, text.count)
            withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 64) { digest in
                var size: UInt32 = 0
                EVP_DigestFinal_ex(context, digest.baseAddress, &size)
                bytes.reserve(2 * Int(size))
                for index in 0..<Int(size) {
                    bytes.append(Digest.hexadecimal[Int(digest[index] >> 4)])
                    bytes.append(Digest.hexadecimal[Int(digest[index] & 15)])
                }
            }
        }
    }

    private static let hexadecimal: [UInt8] = Array("0123456789abcdef".utf8)
}

extension Kernels {
    static func digest(_ digest: Digest) -> Kernel {
        { arguments in
            let text = arguments[0].text
            var sink = TextSink(count: arguments.count, byteCapacity: 64 * arguments.count)
            let hasher = Digest.Hasher(digest)
            for row in 0..<arguments.count {
                guard arguments.isValid(row) else {
                    sink.end()
                    continue
                }
                if let hasher {
                    hasher.write(text.value(row), to: &sink.bytes)
                    sink.end()
                } else {
                    sink.fail("\(digest) is not available here")
                }
            }
            return sink.finish(.text, validity: arguments.validity)
        }
    }
}
