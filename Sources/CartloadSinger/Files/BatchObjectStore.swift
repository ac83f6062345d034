// SPDX-License-Identifier: Apache-2.0

public import CartloadCore
internal import CartloadProcess
public import CartloadStorage
internal import Glibc

/// The store of S3 that holds batch files: where it is, and who reads and writes it.
public struct BatchObjectStore: Sendable, Hashable {
    /// Amazon's for the region when nil.
    public var endpoint: String?
    public var region: String?
    /// nil sends requests unsigned, for buckets that anybody may use.
    public var credentials: S3Credentials?
    /// How URLs name the bucket; nil decides by the endpoint.
    public var style: S3Location.Style?

    public init() {}

    /// `storage.params`, in which s3fs may have more than one name for a thing.
    static let setting = Setting(
        "params", .mapping([]),
        "How S3 is reached, where the environment does not say it: key, secret, token, endpoint_url, region.")

    /// Reads what `storage.params` says, as the Meltano SDK hands it to s3fs, and for the rest the usual variables.
    ///
    /// - Parameters:
    ///   - parameters: `key`, `secret`, `token`, `anon`, `endpoint_url`, `region`; the same in botocore's words below
    ///     `client_kwargs`; the style below `config_kwargs.s3.addressing_style`.
    ///   - environment: `AWS_ACCESS_KEY_ID` and so on.
    /// - Throws: `CartloadError` with code `s3.credentials` when there are none and `anon` does not say that there need be
    ///   none, and `config.wrong-type` for parameters that are not known: leaving one out might store data another way
    ///   than was meant.
    public init(parameters: JSONObject, environment: [String: String]) throws {
        var rest = parameters
        var client = rest.takeMapping("client_kwargs")
        func text(_ names: String...) throws -> String? {
            var found: String?
            for name in names {
                for value in [rest.remove(name), client.remove(name)] where value?.isNull == false {
                    guard let text = value?.stringValue, !text.isEmpty else {
                        throw BatchObjectStore.unusable("\"\(name)\" must be a text")
                    }
                    found = found ?? text
                }
            }
            return found
        }
        endpoint =
            try text("endpoint_url") ?? environment.first("AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL")
        region = try text("region", "region_name") ?? environment.first("AWS_REGION", "AWS_DEFAULT_REGION")
        let key = try text("key", "aws_access_key_id")
        let secret = try text("secret", "aws_secret_access_key")
        let token = try text("token", "aws_session_token")
        let isAnonymous = rest.remove("anon") == true
        style = try BatchObjectStore.style(&rest)
        if let name = rest.keys.first ?? client.keys.first {
            throw BatchObjectStore.unusable(
                "\"\(name)\" is not known",
                advice: "Known are key, secret, token, anon, endpoint_url, region, client_kwargs and config_kwargs.")
        }
        switch (key, secret) {
        case _ where isAnonymous: credentials = nil
        case (let key?, let secret?):
            credentials = S3Credentials(accessKey: key, secretKey: secret, sessionToken: token)
        case (nil, nil): credentials = try S3Credentials(environment: environment)
        default: throw BatchObjectStore.incomplete("only one of \"key\" and \"secret\" is set", advice: "Set both.")
        }
        guard credentials != nil || isAnonymous else {
            throw BatchObjectStore.incomplete(
                "there are no credentials for the batch files in S3",
                advice: "Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or key and secret in storage.params; "
                    + "anon: true for a bucket that anybody may use.")
        }
    }

    /// `config_kwargs: {s3: {addressing_style: path}}`
    private static func style(_ parameters: inout JSONObject) throws -> S3Location.Style? {
        var configuration = parameters.takeMapping("config_kwargs")
        var own = configuration.takeMapping("s3")
        let word = own.remove("addressing_style")
        if let name = configuration.keys.first ?? own.keys.first {
            throw unusable("\"config_kwargs\" has \"\(name)\", which is not known")
        }
        switch word?.stringValue {
        case "path": return .path
        case "virtual": return .virtualHost
        case nil where word == nil, "auto": return nil
        default: throw unusable("\"addressing_style\" must be path, virtual or auto")
        }
    }

    /// A client for a bucket.
    ///
    /// - Parameters:
    ///   - maximumBytes: The longest object that is read.
    ///   - timeout: How long the reading of an object may take; nil for as long as something comes.
    func client(
        _ bucket: String, maximumBytes: Int? = nil, timeout: Duration? = nil
    ) throws -> S3Client {
        var options = HTTPOptions()
        options.maximumStreamBytes = maximumBytes
        options.streamTimeout = timeout
        return S3Client(
            try S3Location(bucket: bucket, region: region, endpoint: endpoint, style: style), credentials: credentials,
            options: options)
    }

    /// How often an object is asked for, or its bytes are sent, in all while the store cannot be reached or has too much to
    /// do (I7).
    static let attempts = 4
    /// How long is waited before the second time; twice as long before each further one.
    static let pause = Duration.milliseconds(250)

    /// Opens an object; blocks until its bytes come, so it belongs on a thread of its own.
    func open(_ object: BatchObject, maximumBytes: Int, timeout: Duration?) throws -> HTTPBodyReader {
        let client = try client(object.bucket, maximumBytes: maximumBytes, timeout: timeout)
        var milliseconds: UInt32 = 250
        for _ in 1..<BatchObjectStore.attempts {
            do { return try client.get(object.key) } catch let error as CartloadError where error.isRetryableRequest {
                try Task.checkCancellation()
                usleep(milliseconds * 1000)
                milliseconds *= 2
            }
        }
        return try client.get(object.key)
    }

    /// What configurations read when nobody gives them variables.
    static var processEnvironment: [String: String] { ChildEnvironment.process }

    private static func unusable(_ what: String, advice: String? = nil) -> CartloadError {
        CartloadError(.wrongType, "the parameters of the storage in S3 cannot be used: \(what)", advice: advice)
    }

    private static func incomplete(_ what: String, advice: String) -> CartloadError {
        CartloadError(.s3Credentials, what, advice: advice)
    }
}

extension [String: String] {
    /// The first of some variables that is set and not empty.
    fileprivate func first(_ names: String...) -> String? {
        names.lazy.compactMap { self[$0] }.first { !$0.isEmpty }
    }
}

extension JSONObject {
    /// Takes a member away and returns it.
    fileprivate mutating func remove(_ name: String) -> JSONValue? {
        defer { self[name] = nil }
        return self[name]
    }

    /// Takes a member away that is a mapping; one that is something else stays, and nobody knows it then.
    fileprivate mutating func takeMapping(_ name: String) -> JSONObject {
        guard let mapping = self[name]?.objectValue else { return JSONObject() }
        self[name] = nil
        return mapping
    }
}
