// SPDX-License-Identifier: Apache-2.0

import CartloadCore
import CartloadSinger
import CartloadStorage
import TestSupport
import Testing

/// Which objects of S3 manifests may name (I8), and who reads them.
@Suite struct BatchObjectTests {
    private static let object = "s3://bucket/in/a.jsonl"

    @Test(arguments: [
        ("s3://bucket/in", "s3://bucket/in/a.jsonl", "s3://bucket/in/a.jsonl"),
        ("s3://bucket/in/", "S3://bucket/in/sub/a b.jsonl", "s3://bucket/in/sub/a b.jsonl"),
        ("s3://bucket", "s3://bucket/x", "s3://bucket/x"),
        ("s3://bucket/in/a.jsonl", "s3://bucket/in/a.jsonl", "s3://bucket/in/a.jsonl"),
        ("s3://bucket/", "s3://bucket/a/", "s3://bucket/a/"),
        ("s3://bucket/in", "s3://bucket/in//a", "s3://bucket/in//a"),
        // A key is what is written: nothing is decoded, and a question mark begins no query.
        ("s3://bucket/in", "s3://bucket/in/50%25?x=1#y", "s3://bucket/in/50%25?x=1#y"),
        ("s3://bucket/in", "s3://bucket/in/..jsonl", "s3://bucket/in/..jsonl"),
    ])
    func objectsBelowARootAreFound(root: String, entry: String, found: String) throws {
        let expected = BatchFileAccess.Place.object(try #require(BatchObject(found)))
        #expect(expected == .object(try #require(BatchObject(entry))))
        for access in [try BatchFileAccess(roots: [root]), try BatchFileAccess(storageRoot: root)] {
            #expect(try access.place(of: entry) == expected)
        }
    }

    @Test func relativeNamesBeginAtTheStorageRoot() throws {
        let access = try BatchFileAccess(storageRoot: "s3://bucket/in")
        for (entry, key) in [("a.jsonl", "in/a.jsonl"), ("sub/b c.jsonl", "in/sub/b c.jsonl")] {
            #expect(try access.place(of: entry) == .object(try #require(BatchObject("s3://bucket/\(key)"))))
        }
    }

    @Test(arguments: [
        "s3://bucket/in-secret/a.jsonl", "s3://bucket/a.jsonl", "s3://bucket/inner", "s3://bucket2/in/a.jsonl",
        "s3://Bucket/in/a.jsonl", "s3://bucket//in/a.jsonl", "s3://bucket/in/../out.jsonl",
        "s3://bucket/in/./../out.jsonl",
        "s3://bucket/in/sub/../../out.jsonl", "s3://bucket/./in/a.jsonl", "s3://bucket", "s3://bucket/", "s3://",
        "s3:///in/a.jsonl", "s3://other@bucket/in/a.jsonl", "s3://bucket/in/a\0.jsonl", "s3://bucket/in/a\n.jsonl",
        "../out.jsonl", "sub/../../out.jsonl", "/in/a.jsonl", "file:///in/a.jsonl", "file://in/a.jsonl",
        "http://bucket/in/a.jsonl", "https://s3.amazonaws.com/bucket/in/a.jsonl", "s3a://bucket/in/a.jsonl", "",
    ])
    func nothingElseIsReached(entry: String) throws {
        for access in [
            try BatchFileAccess(roots: ["s3://bucket/in"]), try BatchFileAccess(storageRoot: "s3://bucket/in"),
        ] {
            let error = #expect(throws: CartloadError.self) { try access.place(of: entry) }
            #expect(error?.code == .batchFile)
        }
    }

    /// A root in S3 opens no folder, and a folder no bucket.
    @Test func rootsOfOneKindAllowNothingOfTheOther() throws {
        let folder = try TemporaryFolder()
        try folder.write("a.jsonl", "{}")
        let access = try BatchFileAccess(roots: ["s3://bucket"], storageRoot: "s3://bucket/in")
        #expect(access.roots == [] && access.storageRoot == nil)
        #expect(throws: CartloadError.self) { try access.place(of: folder.path + "/a.jsonl") }
        let local = try BatchFileAccess(roots: [folder.path], storageRoot: folder.path)
        #expect(throws: CartloadError.self) { try local.place(of: "s3://bucket/a.jsonl") }
    }

    @Test(arguments: ["s3://", "s3:///in", "s3://bucket/../x"]) func whatNamesNoBucketIsNoRoot(root: String) {
        for make in [{ try BatchFileAccess(roots: [root]) }, { try BatchFileAccess(storageRoot: root) }] {
            #expect(throws: CartloadError.self) { try make() }
        }
        #expect(throws: CartloadError.self) {
            let batches: JSONValue = ["storage": ["root": .string(root)]]
            return try TapOptions(
                name: "tap",
                Configuration(JSONObject([("batch_config", batches)]), settings: TapOptions.settings))
        }
    }

    // MARK: Who reads and writes

    private static let variables = [
        "AWS_ACCESS_KEY_ID": "environment", "AWS_SECRET_ACCESS_KEY": "hush", "AWS_REGION": "eu-north-1",
        "AWS_ENDPOINT_URL": "https://environment.example",
    ]

    private func store(_ parameters: String, _ variables: [String: String] = [:]) throws -> BatchObjectStore {
        try BatchObjectStore(
            parameters: JSONValue(parsing: parameters).objectValue ?? JSONObject(), environment: variables)
    }

    @Test func theEnvironmentSaysWhatTheParametersDoNot() throws {
        let plain = try store("{}", Self.variables)
        #expect(plain.endpoint == "https://environment.example" && plain.region == "eu-north-1")
        #expect(plain.credentials == S3Credentials(accessKey: "environment", secretKey: "hush"))
        let mixed = try store(
            #"{"key":"own","secret":"s","token":"t","endpoint_url":"http://own.example"}"#, Self.variables)
        #expect(mixed.endpoint == "http://own.example" && mixed.region == "eu-north-1")
        #expect(mixed.credentials == S3Credentials(accessKey: "own", secretKey: "s", sessionToken: "t"))
    }

    @Test(arguments: [
        #"{"key":"k","secret":"s","endpoint_url":"http://e","region":"r","config_kwargs":{"s3":{"addressing_style":"virtual"}}}"#,
        #"{"key":"k","secret":"s","client_kwargs":{"endpoint_url":"http://e","region_name":"r"},"config_kwargs":{"s3":{"addressing_style":"virtual"}}}"#,
        #"{"client_kwargs":{"aws_access_key_id":"k","aws_secret_access_key":"s","endpoint_url":"http://e","region_name":"r"},"config_kwargs":{"s3":{"addressing_style":"virtual"}},"anon":false}"#,
    ])
    func theWordsOfS3fsAreKnown(parameters: String) throws {
        var expected = BatchObjectStore()
        expected.endpoint = "http://e"
        expected.region = "r"
        expected.credentials = S3Credentials(accessKey: "k", secretKey: "s")
        expected.style = .virtualHost
        #expect(try store(parameters, Self.variables) == expected)
    }

    @Test func aBucketForAnybodyNeedsNoCredentials() throws {
        #expect(try store(#"{"anon":true}"#, Self.variables).credentials == nil)
    }

    @Test(arguments: [
        (#"{}"#, CartloadError.Code.s3Credentials), (#"{"key":"k"}"#, .s3Credentials),
        (#"{"secret":"hush"}"#, .s3Credentials), (#"{"anon":false}"#, .s3Credentials),
        (#"{"key":"k","secret":"hush","s3_additional_kwargs":{"ServerSideEncryption":"AES256"}}"#, .wrongType),
        (#"{"key":"k","secret":"hush","client_kwargs":{"verify":false}}"#, .wrongType),
        (#"{"key":"k","secret":"hush","client_kwargs":"x"}"#, .wrongType),
        (#"{"key":"k","secret":"hush","config_kwargs":{"s3":{"addressing_style":"other"}}}"#, .wrongType),
        (#"{"key":7,"secret":"hush"}"#, .wrongType), (#"{"key":"","secret":"hush"}"#, .wrongType),
    ])
    func whatIsIncompleteOrNotKnownIsRefused(parameters: String, code: CartloadError.Code) {
        let error = #expect(throws: CartloadError.self) { try store(parameters) }
        #expect(error?.code == code, "\(error?.description ?? "")")
        #expect(error?.description.contains("hush") == false)
    }

    /// A configuration that is printed by mistake shows no secret.
    @Test func aStoreIsShownWithoutItsSecrets() throws {
        var batches = BatchConfiguration(root: "s3://bucket/in")
        batches.store = try store("{}", Self.variables)
        var text = "\(batches)"
        dump(batches, to: &text)
        #expect(!text.contains("hush"))
    }
}
