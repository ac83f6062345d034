// SPDX-License-Identifier: Apache-2.0

import CartloadCore
import Synchronization
import Testing

@testable import CartloadStorage

@Suite struct S3UploadTests {
    private final class Refusals: Sendable {
        let count = Atomic(0)
    }

    private func upload(_ server: HTTPTestServer, partBytes: Int = 10) throws -> S3Upload {
        var options = HTTPOptions()
        options.proxy = .none
        let client = S3Client(
            try S3Location(bucket: "b", endpoint: "http://\(server.host)"),
            credentials: S3Credentials(accessKey: "key", secretKey: "s"), options: options)
        var upload = S3Upload.Options()
        upload.partBytes = partBytes
        return S3Upload(client, key: "k", options: upload)
    }

    /// A store that takes uploads; `fails` says which requests it refuses.
    private func store(
        complete: String = "<CompleteMultipartUploadResult><ETag>whole</ETag></CompleteMultipartUploadResult>",
        fails: @escaping @Sendable (HTTPTestServer.Request) -> Bool = { _ in false }
    ) throws -> HTTPTestServer {
        try HTTPTestServer { request in
            if fails(request) { return [.send("HTTP/1.1 403 No\r\nContent-Length: 0\r\n\r\n")] }
            switch (request.method, request.target) {
            case ("POST", "/b/k?uploads="):
                return [
                    .send(ok("<InitiateMultipartUploadResult><UploadId>u/1</UploadId></InitiateMultipartUploadResult>"))
                ]
            case ("POST", "/b/k?uploadId=u%2F1"): return [.send(ok(complete))]
            case ("DELETE", "/b/k?uploadId=u%2F1"): return [.send("HTTP/1.1 204 No\r\n\r\n")]
            default: return [.send(ok("", "ETag: \"\(request.body)\"\r\n"))]
            }
        }
    }

    @Test(arguments: [[25], [10, 10, 5], [3, 9, 13], Array(repeating: 1, count: 25)])
    func partsAreOfOneSizeHoweverTheBytesCome(pieces: [Int]) async throws {
        let server = try store()
        let upload = try upload(server)
        var next = 0
        for count in pieces {
            try await upload.append(Bytes((next..<(next + count)).map { UInt8(ascii: "a") + UInt8($0) }))
            next += count
        }
        #expect(try await upload.finish() == "whole")
        #expect(upload.byteCount == 25)
        let seen = server.requests.map { "\($0.method) \($0.target.dropFirst(5)) \($0.body)" }
        #expect(
            seen == [
                "POST uploads= ", "PUT partNumber=1&uploadId=u%2F1 abcdefghij",
                "PUT partNumber=2&uploadId=u%2F1 klmnopqrst",
                "PUT partNumber=3&uploadId=u%2F1 uvwxy",
                "POST uploadId=u%2F1 <CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>\"abcdefghij\"</ETag></Part>"
                    + "<Part><PartNumber>2</PartNumber><ETag>\"klmnopqrst\"</ETag></Part>"
                    + "<Part><PartNumber>3</PartNumber><ETag>\"uvwxy\"</ETag></Part></CompleteMultipartUpload>",
            ])
    }

    @Test(arguments: [0, 9])
    func whatFitsOnePartIsOneRequest(count: Int) async throws {
        let server = try store()
        let upload = try upload(server)
        try await upload.append(Bytes([UInt8](repeating: 0x61, count: count)))
        try await upload.finish()
        #expect(server.requests.map(\.method) == ["PUT"] && server.requests.first?.body.count == count)
    }

    @Test(arguments: ["partNumber=2", "uploadId=u%2F1"])
    func afterAFailureNothingIsLeft(fault: String) async throws {
        let server = try store {
            $0.method != "DELETE" && $0.target.contains(fault) && !$0.target.contains("partNumber=1")
        }
        let upload = try upload(server)
        let error = await failure {
            try await upload.append(Bytes([UInt8](repeating: 0x61, count: 25)))
            try await upload.finish()
        }
        #expect(error?.code == .s3Denied)
        #expect(server.requests.last?.method == "DELETE" && server.requests.last?.target == "/b/k?uploadId=u%2F1")
        await upload.abort()
        #expect(server.requests.filter { $0.method == "DELETE" }.count == 1, "once is enough")
    }

    /// A store that has too much to do at first, for a whole object and for parts; beginning an upload is not repeated.
    @Test(arguments: [5, 25], [1, 2, 3]) func bytesAreSentAgain(count: Int, attempts: Int) async throws {
        let refusals = Refusals()
        let server = try HTTPTestServer { request in
            if request.method == "PUT", !request.target.contains("partNumber=1"),
                refusals.count.wrappingAdd(1, ordering: .relaxed).newValue <= 2
            {
                return [.send("HTTP/1.1 503 No\r\nContent-Length: 0\r\n\r\n")]
            }
            return request.method == "POST"
                ? [
                    .send(
                        ok(
                            "<A><UploadId>u</UploadId></A>".replacing(
                                "A",
                                with: request.target.contains("uploads")
                                    ? "InitiateMultipartUploadResult" : "CompleteMultipartUploadResult")))
                ]
                : [.send(ok("", "ETag: \"t\"\r\n"))]
        }
        var options = S3Upload.Options()
        options.partBytes = 10
        options.attempts = attempts
        options.pause = .microseconds(1)
        var http = HTTPOptions()
        http.proxy = .none
        let client = S3Client(
            try S3Location(bucket: "b", endpoint: "http://\(server.host)"), credentials: nil, options: http)
        let upload = S3Upload(client, key: "k", options: options)
        let error = await failure {
            try await upload.append(Bytes([UInt8](repeating: 0x61, count: count)))
            try await upload.finish()
        }
        #expect(attempts == 3 ? error == nil : error?.code == .unavailable)
        let sent = server.requests.filter { $0.method == "PUT" && !$0.target.contains("partNumber=1") }
        #expect(sent.prefix(3).map(\.body).allSatisfy { $0 == sent.first?.body } && sent.count >= attempts)
    }

    @Test(arguments: ["<Error><Code>InternalError</Code><Message>late</Message></Error>", "", "hello"])
    func aFailureThatComesAfterTheStatusIsFound(answer: String) async throws {
        let server = try store(complete: answer)
        let upload = try upload(server)
        let error = await failure {
            try await upload.append(Bytes([UInt8](repeating: 0x61, count: 25)))
            try await upload.finish()
        }
        #expect(error?.code == (answer.hasPrefix("<") ? .unavailable : .badS3Response))
        #expect(server.requests.last?.method == "DELETE")
    }

    @Test func aCancelledUploadIsRemovedToo() async throws {
        let server = try store()
        let task = Task {
            let upload = try upload(server)
            try await upload.append(Bytes([UInt8](repeating: 0x61, count: 15)))
            withUnsafeCurrentTask { $0?.cancel() }
            try await upload.append(Bytes([UInt8](repeating: 0x61, count: 15)))
        }
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(server.requests.last?.method == "DELETE")
    }
}
