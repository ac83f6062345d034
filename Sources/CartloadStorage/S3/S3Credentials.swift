// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore

/// Who signs; never shown (I8).
public struct S3Credentials: Sendable, Hashable {
    public let accessKey: String
    let secretKey: String
    let sessionToken: String?

    public init(accessKey: String, secretKey: String, sessionToken: String? = nil) {
        self.accessKey = accessKey
        self.secretKey = secretKey
        self.sessionToken = sessionToken
    }

    /// The usual variables: `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY`, `AWS_SESSION_TOKEN`; nil when none is set.
    ///
    /// - Throws: `CartloadError` with code `s3.credentials` when only one of key and secret is there.
    public init?(environment: [String: String]) throws {
        func value(_ name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }
        switch (value("AWS_ACCESS_KEY_ID"), value("AWS_SECRET_ACCESS_KEY")) {
        case (nil, nil): return nil
        case (let key?, let secret?):
            self.init(accessKey: key, secretKey: secret, sessionToken: value("AWS_SESSION_TOKEN"))
        default:
            throw CartloadError(
                .s3Credentials, "only one of AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY is set", advice: "Set both.")
        }
    }

    /// A text of a server's without anything that is secret.
    func redacted(_ text: String) -> String {
        [secretKey, sessionToken ?? ""].filter { !$0.isEmpty }
            .reduce(text) { $0.replacing($1, with: "***") }
    }
}

extension S3Credentials: CustomStringConvertible, CustomReflectable {
    public var description: String { "***" }
    public var customMirror: Mirror { Mirror(self, children: [:]) }
}
