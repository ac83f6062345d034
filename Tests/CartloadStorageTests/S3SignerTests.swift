// SPDX-License-Identifier: Apache-2.0

import CartloadCore
import Testing

@testable import CartloadStorage

@Suite struct S3SignerTests {
    private static let suite = S3Signer(
        S3Credentials(accessKey: "AKIDEXAMPLE", secretKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"),
        region: "us-east-1", service: "service", sendsHash: false)
    private static let documentation = S3Signer(
        S3Credentials(accessKey: "AKIAIOSFODNN7EXAMPLE", secretKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"),
        region: "us-east-1")
    /// 30 August 2015, 12:36:00 UTC.
    private static let suiteDate = S3Date(seconds: 1_440_938_160)
    /// 24 May 2013, 00:00:00 UTC.
    private static let documentationDate = S3Date(seconds: 1_369_353_600)

    @Test(arguments: [
        (0, "19700101T000000Z"), (1_440_938_160, "20150830T123600Z"), (1_369_353_600, "20130524T000000Z"),
        (1_709_251_199, "20240229T235959Z"), (4_102_444_800, "21000101T000000Z"),
    ])
    func datesAreWrittenAsSignaturesWantThem(seconds: Int, text: String) {
        #expect(S3Date(seconds: seconds).text == text)
    }

    /// Test case 2 and 6 of RFC 4231.
    @Test(arguments: [
        (
            Array("Jefe".utf8), "what do ya want for nothing?",
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        ),
        (
            [UInt8](repeating: 0xaa, count: 131), "Test Using Larger Than Block-Size Key - Hash Key First",
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"
        ),
    ])
    func keyedHashesAreThoseOfTheStandard(key: [UInt8], message: String, hash: String) {
        #expect(SHA256.authenticate(message, key: key).hexadecimal == hash)
    }

    /// Amazon's Signature Version 4 test suite.
    @Test(arguments: [
        ("GET", "/", "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"),
        ("POST", "/", "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b"),
        ("GET", "/?Param2=value2&Param1=value1", "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500"),
    ])
    func signaturesAreThoseOfTheTestSuite(method: String, target: String, signature: String) throws {
        let request = HTTPRequest(method, try HTTPURL("https://example.amazonaws.com\(target)"))
        let signed = Self.suite.signed(request, at: Self.suiteDate)
        #expect(
            signed.headers["Authorization"]
                == "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, "
                + "SignedHeaders=host;x-amz-date, Signature=\(signature)")
    }

    /// The examples in the documentation of S3.
    @Test(arguments: [
        (
            "GET", "/test.txt", ["Range": "bytes=0-9"], "", "host;range;x-amz-content-sha256;x-amz-date",
            "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41"
        ),
        (
            "PUT", "/test%24file.text",
            ["Date": "Fri, 24 May 2013 00:00:00 GMT", "x-amz-storage-class": "REDUCED_REDUNDANCY"],
            "Welcome to Amazon S3.",
            "date;host;x-amz-content-sha256;x-amz-date;x-amz-storage-class",
            "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd"
        ),
        (
            "GET", "/?lifecycle", [:], "", "host;x-amz-content-sha256;x-amz-date",
            "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543"
        ),
        (
            "GET", "/?prefix=J&max-keys=2", [:], "", "host;x-amz-content-sha256;x-amz-date",
            "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7"
        ),
    ])
    func signaturesAreThoseOfTheDocumentation(
        method: String, target: String, headers: [String: String], body: String, names: String, signature: String
    ) throws {
        var request = HTTPRequest(
            method, try HTTPURL("https://examplebucket.s3.amazonaws.com\(target)"),
            body: body.isEmpty ? nil : Bytes(body))
        for (name, value) in headers { request.headers[name] = value }
        let signed = Self.documentation.signed(request, at: Self.documentationDate)
        #expect(
            signed.headers["Authorization"]?.hasSuffix("SignedHeaders=\(names), Signature=\(signature)") == true,
            "\(signed.headers["Authorization"] ?? "")")
        #expect(signed.headers["x-amz-content-sha256"] == SHA256.hash(Array(body.utf8)).hexadecimal)
    }

    @Test func theTokenOfASessionIsSigned() throws {
        let signer = S3Signer(S3Credentials(accessKey: "a", secretKey: "b", sessionToken: "c"), region: "r")
        let signed = signer.signed(HTTPRequest(try HTTPURL("http://h/")), at: S3Date(seconds: 0))
        #expect(signed.headers["x-amz-security-token"] == "c")
        #expect(signed.headers["Authorization"]?.contains("x-amz-date;x-amz-security-token,") == true)
    }

    /// Each change of a request must change the signature, or it would not be protected by it.
    @Test func everythingThatIsSentIsSigned() throws {
        let signer = Self.documentation
        let date = Self.documentationDate
        func signature(_ method: String, _ url: String, _ headers: HTTPHeaders = [:], _ body: String = "") throws
            -> String
        {
            let request = HTTPRequest(method, try HTTPURL(url), headers: headers, body: Bytes(body))
            return signer.signed(request, at: date).headers["Authorization"] ?? ""
        }
        let signatures = [
            try signature("GET", "http://h/a"), try signature("PUT", "http://h/a"),
            try signature("GET", "http://h:81/a"),
            try signature("GET", "http://h/b"), try signature("GET", "http://h/a%2Fb"),
            try signature("GET", "http://h/a/b"),
            try signature("GET", "http://h/a?b"), try signature("GET", "http://h/a?b=c"),
            try signature("GET", "http://h/a", ["X": "1"]),
            try signature("GET", "http://h/a", ["X": "2"]), try signature("GET", "http://h/a", [:], "body"),
        ]
        #expect(Set(signatures).count == signatures.count - 1, "only %2F and / in a path are one and the same")
    }

    @Test func credentialsAreNeverShown() async throws {
        let credentials = try #require(
            try S3Credentials(environment: [
                "AWS_ACCESS_KEY_ID": "key", "AWS_SECRET_ACCESS_KEY": "secret", "AWS_SESSION_TOKEN": "token",
            ]))
        #expect(credentials == S3Credentials(accessKey: "key", secretKey: "secret", sessionToken: "token"))
        let location = try S3Location(bucket: "bucket")
        let client = S3Client(location, credentials: credentials)
        for value in [credentials, client, S3Signer(credentials, region: "r")] as [Any] {
            var text = "\(value) \(String(reflecting: value))"
            dump(value, to: &text)
            #expect(!text.contains("secret") && !text.contains("token\""))
        }
        #expect(try S3Credentials(environment: ["AWS_ACCESS_KEY_ID": "", "PATH": "x"]) == nil)
        for name in ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"] {
            let error = await failure { try S3Credentials(environment: [name: "secret"]) }
            #expect(error?.code == .s3Credentials && error?.description.contains("\"secret\"") == false)
        }
    }
}
