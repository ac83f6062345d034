// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore

/// A bucket and how it is reached.
public struct S3Location: Sendable, Hashable {
    /// Where a URL names the bucket.
    public enum Style: Sendable, Hashable {
        /// `https://endpoint/bucket/key`
        case path
        /// `https://bucket.endpoint/key`
        case virtualHost
    }

    public let bucket: String
    public let region: String
    public let style: Style
    /// Who is contacted; with the bucket in front of the host in virtual-host style.
    public let origin: HTTPOrigin

    /// - Parameters:
    ///   - bucket: Its name.
    ///   - region: `us-east-1` when nil.
    ///   - endpoint: A URL without path; Amazon's for the region when nil.
    ///   - style: The bucket in the path at endpoints of one's own and for names with dots, else before the host.
    /// - Throws: `CartloadError` with code `s3.bad-location` or `http.bad-url`.
    public init(bucket: String, region: String? = nil, endpoint: String? = nil, style: Style? = nil) throws {
        let region = region ?? "us-east-1"
        guard bucket.utf8.count <= 255, S3Location.isName(bucket, "._-") else {
            throw S3Location.bad("the name of the bucket \"\(bucket.prefix(80))\" is not usable")
        }
        guard S3Location.isName(region, "-") else { throw S3Location.bad("the region is not a name") }
        let base = try HTTPURL(endpoint ?? "https://s3.\(region).amazonaws.com")
        guard base.path == "/", base.query == nil, base.userInformation == nil else {
            throw S3Location.bad("the endpoint \(base) must be scheme, host and port alone")
        }
        self.bucket = bucket
        self.region = region
        self.style = style ?? (endpoint == nil && !bucket.contains(".") ? .virtualHost : .path)
        if self.style == .path {
            origin = base.origin
        } else {
            guard
                let origin = HTTPOrigin(
                    base.origin.scheme, authority: "\(bucket).\(base.origin.host):\(base.origin.port)")
            else { throw S3Location.bad("the bucket \"\(bucket)\" cannot be part of a host's name") }
            self.origin = origin
        }
    }

    /// Takes region and endpoint from `AWS_REGION`, `AWS_DEFAULT_REGION`, `AWS_ENDPOINT_URL_S3` and `AWS_ENDPOINT_URL`.
    public init(bucket: String, environment: [String: String], style: Style? = nil) throws {
        func first(_ names: String...) -> String? {
            names.lazy.compactMap { environment[$0] }.first { !$0.isEmpty }
        }
        try self.init(
            bucket: bucket, region: first("AWS_REGION", "AWS_DEFAULT_REGION"),
            endpoint: first("AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL"), style: style)
    }

    /// The address of an object, or of the bucket when there is no key.
    func url(_ key: String = "", _ query: [(name: String, value: String)] = []) -> HTTPURL {
        let encoded = query.map { "\($0.name.utf8.percentEncoded())=\($0.value.utf8.percentEncoded())" }
        return HTTPURL(
            origin: origin,
            path: (style == .path ? "/\(bucket)/" : "/") + key.utf8.percentEncoded(keepingSlashes: true),
            query: encoded.isEmpty ? nil : encoded.sorted().joined(separator: "&"))
    }

    private static func isName(_ text: String, _ others: String) -> Bool {
        !text.isEmpty
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"):
                    true
                default: others.utf8.contains(byte)
                }
            } && text != "." && text != ".."
    }

    private static func bad(_ message: String) -> CartloadError {
        CartloadError(.badS3Location, message, advice: "Correct the bucket, the region or the endpoint.")
    }
}
