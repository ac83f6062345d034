// SPDX-License-Identifier: Apache-2.0

import CartloadCore
import Foundation
import TestSupport
import Testing

@testable import CartloadStorage

private let storeEndpoint = ProcessInfo.processInfo.environment["CARTLOAD_S3_ENDPOINT"]

/// Against a store that checks signatures: `Tests/Interoperation/s3/run` starts one and sets `CARTLOAD_S3_ENDPOINT`.
@Suite(.enabled(if: storeEndpoint != nil), .serialized) struct S3StoreTests {
    private func store(secret: String = "testing", token: String? = nil) async throws -> S3Client {
        let endpoint: String = try #require(storeEndpoint)
        let location = try S3Location(bucket: "cartload-test", endpoint: endpoint)
        let store = S3Client(
            location, credentials: S3Credentials(accessKey: "test:tester", secretKey: secret, sessionToken: token))
        if secret == "testing" {
            let made = try await store.http.send(store.signed(HTTPRequest("PUT", location.url())))
            if made.status != 409 { try made.successful() }
        }
        return store
    }

    private static let keys = [
        "plain.txt", "a b/c d", "plus+sign", "percent%25%", "equal=and&amp", "question?#hash", "ü/é/日本", "tilde~'()*!",
        "dots/../up", "double//slash", "quote\"<>", "at@colon:semi;comma,", "back\\slash", "trailing/",
    ]

    @Test(arguments: keys)
    func anObjectIsWrittenAndReadUnderAnyKey(key: String) async throws {
        let store = try await store()
        let text = "content of \(key)"
        #expect(try await store.put(key, Bytes(text), contentType: "text/plain") != nil)
        let whole = try await store.get(key)
        #expect(try await onThread { try readAll(whole) } == Array(text.utf8))
        let part = try await store.get(key, from: 3, count: 4)
        #expect(try await onThread { try readAll(part) } == Array(Array(text.utf8)[3..<7]))
        let rest = try await store.get(key, from: 3)
        #expect(try await onThread { try readAll(rest) } == Array(text.utf8.dropFirst(3)))
        let object = try #require(try await store.head(key))
        #expect(object.byteCount == text.utf8.count && object.tag != nil)
        let listed = try await store.list(prefix: key)
        #expect(listed.objects.contains { $0.key == key && $0.byteCount == text.utf8.count })
        try await store.delete(key)
        #expect(try await store.head(key) == nil)
        #expect(await failure { try await store.get(key) }?.code == .s3NotFound)
        try await store.delete(key)
    }

    @Test func aListingGoesThroughAllPages() async throws {
        let store = try await store()
        let keys = (0..<25).map { "pages/a b+\($0 + 10)" }
        for key in keys { try await store.put(key, Bytes(key)) }
        var seen: [String] = []
        var continuation: String?
        var pages = 0
        repeat {
            let page = try await store.list(prefix: "pages/a b+", continuation: continuation, limit: 10)
            seen += page.objects.map(\.key)
            continuation = page.continuation
            pages += 1
        } while continuation != nil && pages < 10
        #expect(seen == keys && pages == 3)
        for key in keys { try await store.delete(key) }
    }

    @Test func aLargeObjectIsUploadedInParts() async throws {
        let store = try await store()
        var options = S3Upload.Options()
        options.partBytes = 1 << 20
        options.contentType = "application/x-test"
        let upload = S3Upload(store, key: "large +object", options: options)
        let piece = Bytes((0..<100_003).map { UInt8(truncatingIfNeeded: $0) })
        for _ in 0..<35 { try await upload.append(piece) }
        #expect(try await store.head("large +object") == nil, "it appears only when it is whole")
        try await upload.finish()
        let total = 35 * 100_003
        #expect(try await store.head("large +object")?.byteCount == total)
        let reader = try await store.get("large +object")
        let bytes = try await onThread { try readAll(reader, pieces: 1 << 16) }
        #expect(bytes.count == total)
        #expect(bytes.indices.allSatisfy { bytes[$0] == UInt8(truncatingIfNeeded: $0 % 100_003) })
        #expect(reader.head.headers["Content-Type"] == "application/x-test")
        try await store.delete("large +object")
    }

    @Test func anUploadThatIsGivenUpLeavesNothing() async throws {
        let store = try await store()
        var options = S3Upload.Options()
        options.partBytes = 1000
        let upload = S3Upload(store, key: "given-up", options: options)
        try await upload.append(Bytes([UInt8](repeating: 1, count: 2500)))
        await upload.abort()
        #expect(try await store.head("given-up") == nil)
        let uploads = try await store.http.send(
            store.signed(HTTPRequest(store.location.url("", [("uploads", "")])))
        ).successful()
        #expect(!uploads.body.text.contains("<UploadId>"))
    }

    @Test func aWrongSecretIsRefusedAndNotShown() async throws {
        let store = try await store(secret: "wr0ngs3cret")
        for error in [
            await failure { try await store.put("k", Bytes("a")) }, await failure { try await store.get("k") },
            await failure { try await store.list() }, await failure { _ = try await store.head("k") },
        ] {
            #expect(error?.code == .s3Denied && error?.description.contains("wr0ngs3cret") == false)
        }
        let error = await failure { try await store.list() }
        #expect(error?.message.contains("SignatureDoesNotMatch") == true)
    }
}
