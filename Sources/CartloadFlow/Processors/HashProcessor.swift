// SPDX-License-Identifier: Apache-2.0

public import CartloadCore
internal import CartloadExpressions

/// Replaces the values of fields with a digest of salt and text, in hexadecimal digits; null stays null.
public struct HashProcessor: Processor {
    /// How the digest is computed.
    public enum Algorithm: String, Sendable, CaseIterable {
        case sha256
        case md5
    }

    private let text: TextProcessing
    private let algorithm: Digest
    private let salt: Bytes

    /// - Throws: `CartloadError` when libcrypto does not offer the algorithm.
    public init(_ fields: [String], algorithm: Algorithm = .sha256, salt: String = "") throws {
        text = try TextProcessing(fields)
        self.algorithm = algorithm == .md5 ? .md5 : .sha256
        self.salt = Bytes(salt)
        guard Digest.Hasher(self.algorithm) != nil else {
            throw CartloadError(
                .processorSetting, "hash: \(algorithm.rawValue) is not available here",
                advice: "The system's libcrypto does not allow it; use sha256.")
        }
    }

    public func process(_ batch: RecordBatch, _ diagnostics: inout Diagnostics) throws -> RecordBatch {
        guard let hasher = Digest.Hasher(algorithm) else {
            throw CartloadError(.processorSetting, "hash: \(algorithm.rawValue) is not available here")
        }
        return try salt.withUnsafeBytes { salt throws in
            try text.process(batch, &diagnostics) { hasher.write($0, prefix: salt, to: &$1) }
        }
    }

    public func schema(from input: Schema) throws -> Schema { try text.schema(from: input, "hash") }
}
