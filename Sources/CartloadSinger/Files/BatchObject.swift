// SPDX-License-Identifier: Apache-2.0

/// An object of S3 that holds a batch file, or a prefix below which such objects are.
///
/// Its key is what is written, as s3fs takes it: nothing is percent-decoded.
public struct BatchObject: Sendable, Hashable {
    public let bucket: String
    /// Empty for the whole bucket.
    public let key: String

    /// - Returns: nil for what is no `s3://bucket/key`, and for keys that begin with a slash or have `.` or `..` between
    ///   slashes: to S3 these are names like others, but what stands between may take them for ways out of a prefix (I8).
    public init?(_ url: String) {
        guard BatchObject.isOne(url) else { return nil }
        let rest = url.dropFirst(BatchObject.scheme.count)
        let bucket = rest.prefix { $0 != "/" }
        let key = rest[bucket.endIndex...].dropFirst()
        guard !bucket.isEmpty, !key.hasPrefix("/"), !key.utf8.contains(where: { $0 < 0x20 || $0 == 0x7f }),
            !key.split(separator: "/").contains(where: { $0 == "." || $0 == ".." })
        else { return nil }
        self.bucket = String(bucket)
        self.key = String(key)
    }

    private static let scheme = "s3://"

    /// Whether a text begins as the URL of an object does.
    static func isOne(_ url: String) -> Bool { url.prefix(scheme.count).lowercased() == scheme }

    /// Whether an object is this one or below it; names that only begin like it are not.
    func holds(_ other: BatchObject) -> Bool {
        bucket == other.bucket && (prefix.isEmpty || other.key == prefix || other.key.hasPrefix(prefix + "/"))
    }

    /// The object of a name below this one; nil for a name that leads out.
    func appending(_ name: String) -> BatchObject? {
        BatchObject("\(BatchObject.scheme)\(bucket)/\(prefix.isEmpty ? "" : prefix + "/")\(name.drop { $0 == "/" })")
    }

    /// The key without slashes at its end.
    private var prefix: String {
        var text = key
        while text.hasSuffix("/") { text.removeLast() }
        return text
    }
}

extension BatchObject: CustomStringConvertible {
    /// `s3://bucket/key`, as messages have it.
    public var description: String { BatchObject.scheme + bucket + (key.isEmpty ? "" : "/\(key)") }
}
