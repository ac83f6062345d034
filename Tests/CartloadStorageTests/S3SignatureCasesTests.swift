// SPDX-License-Identifier: Apache-2.0

import CartloadCore
import CartloadTesting
import Foundation
import Testing

@testable import CartloadStorage

private let casesPath = ProcessInfo.processInfo.environment["CARTLOAD_SIGNATURE_CASES"]

/// Writes random requests with our signatures for `Tests/Interoperation/s3/compare.py`, which signs them with botocore.
@Suite(.enabled(if: casesPath != nil)) struct S3SignatureCasesTests {
    @Test func casesAreWritten() throws {
        let seed = ProcessInfo.processInfo.environment["CARTLOAD_SEED"].flatMap { UInt64($0) } ?? 1
        print("seed \(seed)")
        var random = SeededGenerator(seed: seed)
        let letters = Array("aZ09-._~ +/%&=?#;:@!$'()*,\"<>\\|^`{}[]é日\u{1F600}\t")
        func text(_ range: ClosedRange<Int>) -> String {
            String(
                (0..<Int.random(in: range, using: &random)).map { _ in letters.randomElement(using: &random) ?? "a" })
        }
        var lines: [String] = []
        for _ in 0..<500 {
            let location = try S3Location(
                bucket: "bucket", region: ["us-east-1", "eu-west-3"].randomElement(using: &random),
                endpoint: ["http://127.0.0.1:9000", "https://h.example", "http://h.example:80", nil]
                    .randomElement(using: &random) ?? nil)
            let query = (0..<Int.random(in: 0...4, using: &random)).map {
                (name: "q\($0)" + text(0...5), value: text(0...8))
            }
            let url = location.url(text(1...20), query)
            let body = text(0...50)
            let method = ["GET", "PUT", "POST", "DELETE", "HEAD"].randomElement(using: &random) ?? "GET"
            var headers: HTTPHeaders = [:]
            if Bool.random(using: &random) { headers["Content-Type"] = "text/plain;  charset=utf-8" }
            if Bool.random(using: &random) { headers["X-Amz-Meta-Name"] = " a   b " }
            if Bool.random(using: &random) { headers["Range"] = "bytes=1-" }
            let token = Bool.random(using: &random) ? "token/+=" : nil
            let seconds = Int.random(in: 0...4_000_000_000, using: &random)
            let date = S3Date(seconds: seconds)
            let signer = S3Signer(
                S3Credentials(accessKey: "AKID", secretKey: "secret/+", sessionToken: token), region: location.region)
            let signed = signer.signed(HTTPRequest(method, url, headers: headers, body: Bytes(body)), at: date)
            let value: [String: Any] = [
                "method": method, "url": url.requested, "body": body, "region": location.region, "date": date.text,
                "seconds": seconds, "token": token ?? "", "authorization": signed.headers["Authorization"] ?? "",
                "headers": Dictionary(uniqueKeysWithValues: headers.fields.map { ($0.name, $0.value) }),
            ]
            lines.append(
                String(decoding: try JSONSerialization.data(withJSONObject: value, options: .sortedKeys), as: UTF8.self)
            )
        }
        try (lines.joined(separator: "\n") + "\n").write(toFile: casesPath ?? "", atomically: true, encoding: .utf8)
    }
}
