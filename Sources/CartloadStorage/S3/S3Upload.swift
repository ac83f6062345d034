// SPDX-License-Identifier: Apache-2.0

public import CartloadCore

/// Writes an object of unknown length: parts are sent while it grows, and it appears only when it is whole (I3).
///
/// Call ``append(_:)`` repeatedly, then ``finish()``. After a failure nothing of it is left in the store, as far as the
/// store can still be reached; ``abort()`` does the same for a caller's own failures. What fits one part is one request.
public final class S3Upload {
    /// Bounds of an upload (I7).
    public struct Options: Sendable {
        /// How large a part is, and so how much is held in memory; S3 takes no less than 5 MiB.
        public var partBytes = 8 << 20
        public var contentType: String?
        /// How often bytes are sent in all while the store cannot be reached or has too much to do; sending them again does
        /// no harm, unlike beginning or ending an upload.
        public var attempts = 1
        /// How long is waited before the second time; twice as long before each further one.
        public var pause: Duration = .milliseconds(250)
        public init() {}
    }

    /// The most parts that S3 takes.
    private static let maximumParts = 10_000

    public let key: String
    /// How many bytes have been appended.
    public private(set) var byteCount = 0
    private let client: S3Client
    private let options: Options
    private var held: [Bytes] = []
    private var heldBytes = 0
    private var identifier: String?
    private var tags: [String] = []
    private var isEnded = false

    public init(_ client: S3Client, key: String, options: Options = Options()) {
        precondition(options.partBytes > 0, "a part has bytes")
        self.client = client
        self.key = key
        self.options = options
    }

    /// Adds bytes, and sends a part when there is enough for one.
    public func append(_ bytes: Bytes) async throws {
        precondition(!isEnded, "the upload has ended")
        var rest = bytes
        byteCount += bytes.count
        while heldBytes + rest.count >= options.partBytes {
            let count = options.partBytes - heldBytes
            hold(rest[0..<count])
            rest = rest[count..<rest.count]
            try await abortingOnFailure { try await self.sendPart() }
        }
        hold(rest)
    }

    private func hold(_ bytes: Bytes) {
        guard !bytes.isEmpty else { return }
        held.append(bytes)
        heldBytes += bytes.count
    }

    /// Makes the object appear; gives its tag.
    @discardableResult
    public func finish() async throws -> String? {
        precondition(!isEnded, "the upload has ended")
        let tag = try await abortingOnFailure {
            guard let identifier = self.identifier else {
                let body = self.takeHeld()
                return try await self.patiently {
                    try await self.client.put(self.key, body, contentType: self.options.contentType)
                }
            }
            if self.heldBytes > 0 { try await self.sendPart() }
            return try await self.complete(identifier)
        }
        isEnded = true
        return tag
    }

    /// Gives the upload up and removes the parts that were sent; what cannot be removed is left to the store's own rules.
    public func abort() async {
        guard !isEnded else { return }
        isEnded = true
        held = []
        guard let identifier else { return }
        // In a task of its own: the parts of an upload that was cancelled cost money too.
        let (client, key) = (client, key)
        await Task { _ = try? await client.send("DELETE", key, [("uploadId", identifier)]) }.value
    }

    private func abortingOnFailure<Result>(_ body: () async throws -> Result) async throws -> Result {
        do {
            return try await body()
        } catch {
            await abort()
            throw error
        }
    }

    private func patiently<Result>(_ body: () async throws -> Result) async throws -> Result {
        var pause = options.pause
        for _ in 1..<max(1, options.attempts) {
            do { return try await body() } catch let error as CartloadError where error.isRetryableRequest {
                try await Task.sleep(for: pause)
                pause *= 2
            }
        }
        return try await body()
    }

    private func takeHeld() -> Bytes {
        var builder = BytesBuilder(capacity: heldBytes)
        for bytes in held { builder.append(bytes) }
        held = []
        heldBytes = 0
        return builder.finish()
    }

    private func sendPart() async throws {
        guard tags.count < S3Upload.maximumParts else {
            throw CartloadError(
                .s3TooLarge, "the object has more than \(S3Upload.maximumParts) parts",
                at: Location(source: client.location.url(key).description), advice: "Make the parts larger.")
        }
        let identifier = try await begin()
        let body = takeHeld()
        let response = try await patiently {
            try await self.client.send(
                "PUT", self.key, [("partNumber", "\(self.tags.count + 1)"), ("uploadId", identifier)], body: body)
        }
        guard let tag = response.headers["ETag"] else { throw client.unexpected(response.head) }
        tags.append(tag)
    }

    private func begin() async throws -> String {
        if let identifier { return identifier }
        let headers: HTTPHeaders = options.contentType.map { ["Content-Type": $0] } ?? [:]
        let response = try await client.send("POST", key, [("uploads", "")], headers: headers)
        guard let document = response.body.withUnsafeBytes({ XMLElement($0) }), let new = document["UploadId"],
            !new.isEmpty
        else { throw client.unexpected(response.head) }
        identifier = new
        return new
    }

    private func complete(_ identifier: String) async throws -> String? {
        let parts = tags.enumerated().map { index, tag in
            "<Part><PartNumber>\(index + 1)</PartNumber><ETag>\(S3Upload.escaped(tag))</ETag></Part>"
        }
        let body = Bytes("<CompleteMultipartUpload>\(parts.joined())</CompleteMultipartUpload>")
        let response = try await client.send(
            "POST", key, [("uploadId", identifier)], headers: ["Content-Type": "application/xml"], body: body)
        // S3 may begin with 200 and find out later that it failed.
        guard let document = response.body.withUnsafeBytes({ XMLElement($0) }) else {
            throw client.unexpected(response.head)
        }
        if document.name == "Error" { throw client.failure(response.head, response.body) }
        guard document.name == "CompleteMultipartUploadResult" else { throw client.unexpected(response.head) }
        return document["ETag"]
    }

    private static func escaped(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
    }
}
