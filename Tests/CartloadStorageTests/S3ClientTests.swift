// SPDX-License-Identifier: Apache-2.0

import CartloadCore
import TestSupport
import Testing

@testable import CartloadStorage

@Suite struct S3ClientTests {
    private static let credentials = S3Credentials(accessKey: "key", secretKey: "s3cr3t", sessionToken: "t0k3n")

    private func store(_ server: HTTPTestServer) throws -> S3Client {
        var options = HTTPOptions()
        options.proxy = .none
        return S3Client(
            try S3Location(bucket: "bucket", endpoint: "http://\(server.host)"), credentials: Self.credentials,
            options: options, now: { S3Date(seconds: 0) })
    }

    @Test(arguments: [
        (
            nil as String?, nil as S3Location.Style?, "bucket",
            "https://bucket.s3.eu-west-1.amazonaws.com/a%20b/%2B%3D%C3%BC"
        ),
        (nil, .path, "bucket", "https://s3.eu-west-1.amazonaws.com/bucket/a%20b/%2B%3D%C3%BC"),
        (nil, nil, "my.bucket", "https://s3.eu-west-1.amazonaws.com/my.bucket/a%20b/%2B%3D%C3%BC"),
        ("http://127.0.0.1:9000", nil, "bucket", "http://127.0.0.1:9000/bucket/a%20b/%2B%3D%C3%BC"),
        ("http://store:9000", .virtualHost, "bucket", "http://bucket.store:9000/a%20b/%2B%3D%C3%BC"),
    ])
    func aLocationMakesURLs(endpoint: String?, style: S3Location.Style?, bucket: String, url: String) throws {
        let location = try S3Location(bucket: bucket, region: "eu-west-1", endpoint: endpoint, style: style)
        #expect(location.url("a b/+=ü").requested == url)
        #expect(location.url("k", [("z", ""), ("a b", "=&")]).query == "a%20b=%3D%26&z=")
    }

    @Test(arguments: [
        ("", "r", nil as String?), ("a/b", "r", nil), ("a", "r/", nil), ("..", "r", nil), ("a", "r", "http://h/path"),
        ("a", "r", "http://user:secret@h"), ("a", "r", "ftp://h"), ("a?b", "r", nil), ("a", "evil.example/", nil),
    ])
    func whatIsNoBucketIsRefused(bucket: String, region: String, endpoint: String?) async {
        let error = await failure { try S3Location(bucket: bucket, region: region, endpoint: endpoint) }
        #expect(error?.code == .badS3Location || error?.code == .badURL)
        #expect(error?.description.contains("secret") == false)
    }

    @Test func placesComeFromTheEnvironment() throws {
        let location = try S3Location(
            bucket: "b",
            environment: ["AWS_REGION": "", "AWS_DEFAULT_REGION": "r-1", "AWS_ENDPOINT_URL": "https://store.example"])
        #expect(location.region == "r-1" && location.url("k").description == "https://store.example/b/k")
    }

    @Test func aPartOfAnObjectIsAskedForByRange() async throws {
        let server = try HTTPTestServer { request in
            request.target.hasSuffix("whole")
                ? [.send(ok("0123456789"))]
                : [.send("HTTP/1.1 206 Part\r\nContent-Range: bytes 2-4/10\r\nContent-Length: 3\r\n\r\n234")]
        }
        let store = try store(server)
        let reader = try await store.get("part", from: 2, count: 3)
        #expect(try await onThread { try readAll(reader) } == Array("234".utf8))
        let request = try #require(server.requests.first)
        #expect(request.headers["range"] == "bytes=2-4" && request.headers["x-amz-security-token"] == "t0k3n")
        #expect(request.headers["authorization"]?.contains("/us-east-1/s3/aws4_request") == true)
        let blocking = try await onThread { try readAll(try store.get("part", from: 2)) }
        #expect(blocking == Array("234".utf8) && server.requests.last?.headers["range"] == "bytes=2-")
        // A store that does not know ranges sends the whole, which must not be taken for the part.
        #expect(await failure { try await store.get("whole", from: 2, count: 3) }?.code == .badS3Response)
        let whole = try await store.get("whole")
        #expect(try await onThread { try readAll(whole) }.count == 10)
    }

    @Test(arguments: [
        (404, "NoSuchKey", CartloadError.Code.s3NotFound), (403, "SignatureDoesNotMatch", .s3Denied),
        (409, "Other", .s3Failed),
        (503, "SlowDown", .unavailable), (400, "RequestTimeout", .unavailable), (301, "PermanentRedirect", .s3Failed),
    ])
    func anErrorShowsCodeAndMessageAndNoSecret(status: Int, code: String, expected: CartloadError.Code) async throws {
        let body = """
            <?xml version="1.0" encoding="UTF-8"?>
            <Error><Code>\(code)</Code><Message>Wrong &amp; t0k3n</Message><CanonicalRequest>token:t0k3n</CanonicalRequest></Error>
            """
        let server = try HTTPTestServer(
            always: "HTTP/1.1 \(status) No\r\nLocation: /\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)")
        let store = try store(server)
        for error in [
            await failure { try await store.get("k") }, await failure { try await store.put("k", Bytes("a")) },
            await failure { try await store.list() }, await failure { try await onThread { _ = try store.get("k") } },
        ] {
            let error = try #require(error)
            #expect(error.code == expected, "\(error)")
            #expect(error.message == "the store answered with status \(status), \(code): Wrong & ***")
        }
        #expect(server.requests.count == 4, "nothing is repeated, and no redirect followed")
    }

    @Test func headSaysWhetherThereIsAnObject() async throws {
        let server = try HTTPTestServer { request in
            request.target.hasSuffix("k")
                ? [.send("HTTP/1.1 200 OK\r\nETag: \"e\"\r\nLast-Modified: then\r\nContent-Length: 77\r\n\r\n")]
                : [.send("HTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n")]
        }
        #expect(
            try await store(server).head("k") == S3Object(key: "k", byteCount: 77, tag: "\"e\"", modified: "then"))
        #expect(try await store(server).head("other") == nil)
        try await store(server).delete("other")
    }

    @Test func aListingIsReadPageByPage() async throws {
        let server = try HTTPTestServer { request in
            let isFirst = !request.target.contains("continuation-token")
            let more = "<IsTruncated>true</IsTruncated><NextContinuationToken>a+/=&amp;</NextContinuationToken>"
            return [
                .send(
                    ok(
                        "<ListBucketResult xmlns=\"x\"><EncodingType>url</EncodingType><Prefix>p</Prefix>"
                            + (isFirst ? more : "<IsTruncated>false</IsTruncated>")
                            + "<Contents><Key>a%2Fb+c%2B%C3%BC</Key><Size>12</Size><ETag>&quot;e&quot;</ETag></Contents>"
                            + "</ListBucketResult>"))
            ]
        }
        let first = try await store(server).list(prefix: "p q/", limit: 1)
        #expect(first.objects == [S3Object(key: "a/b c+ü", byteCount: 12, tag: "\"e\"", modified: nil)])
        #expect(first.continuation == "a+/=&")
        let second = try await store(server).list(prefix: "p q/", continuation: first.continuation)
        #expect(second.continuation == nil)
        #expect(
            server.requests.map(\.target) == [
                "/bucket/?encoding-type=url&list-type=2&max-keys=1&prefix=p%20q%2F",
                "/bucket/?continuation-token=a%2B%2F%3D%26&encoding-type=url&list-type=2&max-keys=1000&prefix=p%20q%2F",
            ])
    }

    @Test(arguments: [
        "", "hello", "<ListBucketResult>", "<Other/>",
        "<ListBucketResult><IsTruncated>true</IsTruncated></ListBucketResult>",
        "<ListBucketResult><Contents><Key>a</Key></Contents></ListBucketResult>",
        "<ListBucketResult><Contents><Key>a</Key><Size>-1</Size></Contents></ListBucketResult>",
    ])
    func whatIsNoListingIsAnError(body: String) async throws {
        let server = try HTTPTestServer(always: ok(body))
        #expect(await failure { try await store(server).list() }?.code == .badS3Response)
    }
}
