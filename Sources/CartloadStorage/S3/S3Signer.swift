// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore

/// Signs requests as AWS Signature Version 4 says; a pure function of its arguments.
///
/// Own code because libcurl's signer fails on `=` in a path, on queries that are not sorted, and sends no hash with GET.
public struct S3Signer: Sendable {
    public let credentials: S3Credentials
    public let region: String
    let service: String
    /// S3 wants the hash of the body in a header; other services do not.
    private let sendsHash: Bool

    public init(_ credentials: S3Credentials, region: String) {
        self.init(credentials, region: region, service: "s3", sendsHash: true)
    }

    init(_ credentials: S3Credentials, region: String, service: String, sendsHash: Bool) {
        self.credentials = credentials
        self.region = region
        self.service = service
        self.sendsHash = sendsHash
    }

    /// The request with its signature; every header that it has is signed.
    public func signed(_ request: HTTPRequest, at date: S3Date) -> HTTPRequest {
        var request = request
        let hash = SHA256.hash(request.body ?? Bytes()).hexadecimal
        request.headers["x-amz-date"] = date.text
        if sendsHash { request.headers["x-amz-content-sha256"] = hash }
        if let token = credentials.sessionToken { request.headers["x-amz-security-token"] = token }
        let (canonical, names) = canonicalRequest(request, hash)
        let scope = "\(date.day)/\(region)/\(service)/aws4_request"
        let text = "AWS4-HMAC-SHA256\n\(date.text)\n\(scope)\n\(SHA256.hash(Array(canonical.utf8)).hexadecimal)"
        let key = [date.day, region, service, "aws4_request"]
            .reduce(Array("AWS4\(credentials.secretKey)".utf8)) { SHA256.authenticate($1, key: $0) }
        let signature = SHA256.authenticate(text, key: key).hexadecimal
        request.headers["Authorization"] =
            "AWS4-HMAC-SHA256 Credential=\(credentials.accessKey)/\(scope), SignedHeaders=\(names), Signature=\(signature)"
        return request
    }

    private func canonicalRequest(_ request: HTTPRequest, _ hash: String) -> (text: String, names: String) {
        var headers: [String: [String]] = ["host": [request.url.origin.authority]]
        for field in request.headers.fields where field.name.lowercased() != "authorization" {
            let words = field.value.split { $0 == " " || $0 == "\t" }
            headers[field.name.lowercased(), default: []].append(words.joined(separator: " "))
        }
        let names = headers.keys.sorted()
        let lines = names.map { "\($0):\((headers[$0] ?? []).joined(separator: ","))\n" }.joined()
        let signed = names.joined(separator: ";")
        let path = S3Signer.canonical(request.url.path, keepingSlashes: true)
        let query = S3Signer.canonicalQuery(request.url.query)
        return ("\(request.method)\n\(path)\n\(query)\n\(lines)\n\(signed)\n\(hash)", signed)
    }

    /// Sorted by name and value in their encoded form.
    private static func canonicalQuery(_ query: String?) -> String {
        guard let query, !query.isEmpty else { return "" }
        return query.split(separator: "&").map { pair in
            let name = pair.prefix { $0 != "=" }
            return (canonical(name), canonical(pair[name.endIndex...].dropFirst()))
        }
        .sorted { $0 < $1 }
        .map { "\($0.0)=\($0.1)" }.joined(separator: "&")
    }

    /// The same text, encoded in the one way that counts.
    private static func canonical(_ text: some StringProtocol, keepingSlashes: Bool = false) -> String {
        text.percentDecodedBytes.percentEncoded(keepingSlashes: keepingSlashes)
    }
}
