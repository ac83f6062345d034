// SPDX-License-Identifier: Apache-2.0

public import CartloadCore

/// Reads and writes the objects of one bucket.
///
/// Redirects are not followed and nothing is repeated, as with ``HTTPClient``.
public struct S3Client: Sendable {
    public let location: S3Location
    private let signer: S3Signer?
    let http: HTTPClient
    private let now: @Sendable () -> S3Date

    /// The most that S3 takes in one request.
    static let maximumPutBytes = 5 << 30

    /// - Parameters:
    ///   - location: The bucket.
    ///   - credentials: Who signs; nil for buckets that anybody may read.
    ///   - options: Bounds and trust.
    ///   - now: The time that signatures bear.
    public init(
        _ location: S3Location, credentials: S3Credentials?, options: HTTPOptions = HTTPOptions(),
        now: @escaping @Sendable () -> S3Date = { S3Date.now }
    ) {
        self.location = location
        signer = credentials.map { S3Signer($0, region: location.region) }
        var options = options
        options.maximumRedirects = 0
        // Sizes and ranges are those of what is stored.
        options.acceptsGzip = false
        let origin = location.origin
        http = HTTPClient(hosts: HTTPHostPolicy { asked, from in asked == origin && from == nil }, options: options)
        self.now = now
    }

    /// Opens an object, or a part of it, for reading.
    ///
    /// - Parameters:
    ///   - offset: Where to begin.
    ///   - count: How many bytes at most; nil for all that follow.
    /// - Throws: `CartloadError` with a code that begins with `s3.` or `http.`
    public func get(_ key: String, from offset: Int = 0, count: Int? = nil) async throws -> HTTPBodyReader {
        let reader = try await http.stream(getRequest(key, offset, count))
        if reader.head.isSuccess { return try checked(reader, offset, count) }
        throw failure(reader.head, try await reader.firstBytes(S3Failure.maximumBytes))
    }

    /// The same; blocks until the answer has begun, so it belongs on a thread of its own.
    public func get(_ key: String, from offset: Int = 0, count: Int? = nil) throws -> HTTPBodyReader {
        let reader = try http.awaitStream(getRequest(key, offset, count))
        if reader.head.isSuccess { return try checked(reader, offset, count) }
        throw failure(reader.head, try reader.awaitFirstBytes(S3Failure.maximumBytes))
    }

    private func getRequest(_ key: String, _ offset: Int, _ count: Int?) throws -> HTTPRequest {
        precondition(offset >= 0 && count ?? 1 > 0, "a part of an object begins in it and is not empty")
        var headers = HTTPHeaders()
        if offset > 0 || count != nil {
            let end = count.map { String(offset + $0 - 1) } ?? ""
            headers["Range"] = "bytes=\(offset)-\(end)"
        }
        return try request("GET", key, headers: headers)
    }

    /// Makes sure that a store that was asked for a part does not send the whole.
    private func checked(_ reader: HTTPBodyReader, _ offset: Int, _ count: Int?) throws -> HTTPBodyReader {
        guard offset > 0 || count != nil else { return reader }
        guard reader.head.status == 206,
            reader.head.headers["Content-Range"]?.hasPrefix("bytes \(offset)-") == true
        else {
            throw CartloadError(
                .badS3Response, "the store sends something else than the part that was asked for",
                at: Location(source: reader.name), advice: "Check that the store knows Range.")
        }
        return reader
    }

    /// What the store says about an object; nil when there is none.
    public func head(_ key: String) async throws -> S3Object? {
        let response = try await http.send(request("HEAD", key))
        if response.status == 404 { return nil }
        guard response.head.isSuccess else { throw failure(response.head, response.body) }
        guard let byteCount = response.head.contentLength else { throw unexpected(response.head) }
        return S3Object(
            key: key, byteCount: byteCount, tag: response.headers["ETag"], modified: response.headers["Last-Modified"])
    }

    /// Writes an object at once, in place of one that may be there; gives its tag.
    @discardableResult
    public func put(_ key: String, _ body: Bytes, contentType: String? = nil) async throws -> String? {
        guard body.count <= S3Client.maximumPutBytes else {
            throw CartloadError(
                .s3TooLarge, "an object of \(body.count) bytes is too large for one request",
                at: Location(source: location.url(key).description), advice: "Upload it in parts.")
        }
        let headers: HTTPHeaders = contentType.map { ["Content-Type": $0] } ?? [:]
        return try await send("PUT", key, headers: headers, body: body).headers["ETag"]
    }

    /// Removes an object; it is no error when there is none.
    public func delete(_ key: String) async throws {
        let response = try await http.send(request("DELETE", key))
        guard response.head.isSuccess || response.status == 404 else { throw failure(response.head, response.body) }
    }

    // MARK: what all of them need

    func request(
        _ method: String, _ key: String, _ query: [(name: String, value: String)] = [], headers: HTTPHeaders = [:],
        body: Bytes? = nil
    ) throws -> HTTPRequest {
        guard !key.isEmpty, key.utf8.count <= 1024 else {
            throw CartloadError(
                .badS3Location, "a key has 1 to 1024 bytes, this one has \(key.utf8.count)",
                advice: "Choose another key.")
        }
        return signed(HTTPRequest(method, location.url(key, query), headers: headers, body: body))
    }

    func signed(_ request: HTTPRequest) -> HTTPRequest { signer?.signed(request, at: now()) ?? request }

    func send(
        _ method: String, _ key: String, _ query: [(name: String, value: String)] = [], headers: HTTPHeaders = [:],
        body: Bytes? = nil
    ) async throws -> HTTPResponse {
        let response = try await http.send(request(method, key, query, headers: headers, body: body))
        guard response.head.isSuccess else { throw failure(response.head, response.body) }
        return response
    }

    func failure(_ head: HTTPResponseHead, _ body: Bytes) -> CartloadError {
        S3Failure(head: head, body: body, credentials: signer?.credentials).error
    }

    func unexpected(_ head: HTTPResponseHead) -> CartloadError {
        CartloadError(
            .badS3Response, "the store's answer is not what S3 answers", at: Location(source: head.url.description),
            advice: "Check the endpoint.")
    }
}
