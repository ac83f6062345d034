// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore

extension S3Client {
    /// One page of the objects whose keys begin with a prefix, in the order of their keys.
    ///
    /// - Parameters:
    ///   - prefix: How keys begin.
    ///   - continuation: Of the page before; nil for the first.
    ///   - limit: At most so many objects; stores give at most 1000.
    public func list(prefix: String = "", continuation: String? = nil, limit: Int = 1000) async throws -> S3Listing {
        var query: [(name: String, value: String)] = [
            // Keys may hold characters that XML cannot.
            ("list-type", "2"), ("encoding-type", "url"), ("prefix", prefix), ("max-keys", "\(limit)"),
        ]
        if let continuation { query.append(("continuation-token", continuation)) }
        let response = try await http.send(signed(HTTPRequest("GET", location.url("", query))))
        guard response.head.isSuccess else { throw failure(response.head, response.body) }
        guard let document = response.body.withUnsafeBytes({ XMLElement($0) }), document.name == "ListBucketResult",
            let listing = S3Listing(document)
        else { throw unexpected(response.head) }
        return listing
    }
}

extension S3Listing {
    init?(_ document: XMLElement) {
        let isEncoded = document["EncodingType"] == "url"
        var objects: [S3Object] = []
        for entry in document.all("Contents") {
            guard let key = entry["Key"], let size = entry["Size"].flatMap({ Int($0) }), size >= 0 else { return nil }
            objects.append(
                S3Object(
                    key: isEncoded ? S3Listing.decoded(key) : key, byteCount: size, tag: entry["ETag"],
                    modified: entry["LastModified"]))
        }
        let isTruncated = document["IsTruncated"] == "true"
        // A page that says that there is more, but not where, would be read forever or not at all.
        guard let token = document["NextContinuationToken"], !token.isEmpty else {
            if isTruncated { return nil }
            self.init(objects: objects, continuation: nil)
            return
        }
        self.init(objects: objects, continuation: isTruncated ? token : nil)
    }

    /// A key as forms encode it: a plus sign is a space.
    private static func decoded(_ key: String) -> String {
        String(decoding: key.replacing("+", with: "%20").percentDecodedBytes, as: UTF8.self)
    }
}
