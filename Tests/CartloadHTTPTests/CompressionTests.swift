// SPDX-License-Identifier: Apache-2.0

import CartloadHTTP
import Foundation
import TestSupport
import Testing

@Suite struct CompressionTests {
    private static func get(_ port: Int, _ target: String, _ accepted: String?) async throws -> RawResponse {
        try await onThread {
            let client = try RawClient(port)
            let field = accepted.map { "Accept-Encoding: \($0)\r\n" } ?? ""
            try client.send("GET \(target) HTTP/1.1\r\nHost: a\r\n\(field)\r\n")
            return try client.readResponse()
        }
    }

    @Test(arguments: ["gzip", "deflate, gzip;q=0.5", "*", "br;q=1, x-gzip", "identity;q=0, *;q=0.1"])
    func textIsCompressedForWhoLikesIt(accepted: String) async throws {
        try await withServer(TestHandler()) { _, port in
            let answer = try await Self.get(port, "/text", accepted)
            #expect(answer["content-encoding"] == "gzip" && answer["vary"] == "Accept-Encoding")
            #expect(answer["etag"] == "W/\"a\"" && answer["content-type"] == "application/json")
            #expect(answer.body.count < 500 && answer.body.starts(with: [0x1f, 0x8b]))
            let (into, out) = (Pipe(), Pipe())
            let body = answer.body
            let text = try await onThread {
                let process = Process()
                process.executableURL = URL(filePath: "/bin/gzip")
                process.arguments = ["-dc"]
                process.standardInput = into
                process.standardOutput = out
                try process.run()
                try into.fileHandleForWriting.write(contentsOf: Data(body))
                try into.fileHandleForWriting.close()
                let text = try out.fileHandleForReading.readToEnd() ?? Data()
                process.waitUntilExit()
                return String(decoding: text, as: UTF8.self)
            }
            #expect(text == String(repeating: "{\"a\":1}\n", count: 1000))
        }
    }

    @Test(arguments: [nil, "identity", "gzip;q=0", "gzip;q=0, *", "br", "*;q=0", ""])
    func othersGetItPlainAndCachesAreTold(accepted: String?) async throws {
        try await withServer(TestHandler()) { _, port in
            let answer = try await Self.get(port, "/text", accepted)
            #expect(answer["content-encoding"] == nil && answer["vary"] == "Accept-Encoding")
            #expect(answer.body.count == 8000 && answer["etag"] == "\"a\"")
        }
    }

    @Test(arguments: ["/large?bytes=100000", "/now", "/echo"]) func whatIsSmallOrNoTextStaysAsItIs(target: String)
        async throws
    {
        try await withServer(TestHandler()) { _, port in
            let answer = try await Self.get(port, target, "gzip")
            #expect(answer["content-encoding"] == nil && answer["vary"] == nil)
        }
    }
}
