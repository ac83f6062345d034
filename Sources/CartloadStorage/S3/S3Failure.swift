// SPDX-License-Identifier: Apache-2.0

public import CartloadCore

extension CartloadError.Code {
    /// The credentials for S3 are incomplete.
    public static let s3Credentials = CartloadError.Code("s3.credentials")
    /// A bucket, region or endpoint is not usable.
    public static let badS3Location = CartloadError.Code("s3.bad-location")
    /// An object, a bucket or an upload is not there.
    public static let s3NotFound = CartloadError.Code("s3.not-found")
    /// The store does not accept the signature or does not allow the request.
    public static let s3Denied = CartloadError.Code("s3.denied")
    /// The store refuses a request for another reason.
    public static let s3Failed = CartloadError.Code("s3.failed")
    /// The store's answer is not what was asked for.
    public static let badS3Response = CartloadError.Code("s3.bad-response")
    /// An object or a key is larger than S3 allows.
    public static let s3TooLarge = CartloadError.Code("s3.too-large")
}

/// What a store says when it refuses a request.
struct S3Failure {
    /// How much of an answer is looked at.
    static let maximumBytes = 16 << 10
    private static let shownCharacters = 200

    let head: HTTPResponseHead
    let body: Bytes
    let credentials: S3Credentials?

    /// The failure as an error; of the answer, which may repeat signed headers, only code and message are shown (I8).
    var error: CartloadError {
        let document = body.withUnsafeBytes { XMLElement($0) }
        let code = document.flatMap { $0.name == "Error" ? $0["Code"] : nil } ?? ""
        let words = document?["Message"].map { ": \($0)" } ?? ""
        var said = "\(code)\(words)".unicodeScalars.reduce(into: "") { result, scalar in
            result.unicodeScalars.append(scalar.properties.generalCategory == .control ? " " : scalar)
        }
        said = String((credentials?.redacted(said) ?? said).prefix(S3Failure.shownCharacters))
        let message = "the store answered with status \(head.status)" + (said.isEmpty ? "" : ", \(said)")
        let place = Location(source: head.url.description)
        if head.isRetryable || ["RequestTimeout", "SlowDown", "InternalError"].contains(code) {
            return CartloadError(.unavailable, message, at: place, advice: "Try again later.")
        }
        switch head.status {
        case 404:
            return CartloadError(.s3NotFound, message, at: place, advice: "Check the bucket and the key.")
        case 401, 403:
            return CartloadError(
                .s3Denied, message, at: place, advice: "Check the credentials, their rights, the region and the clock.")
        case 301, 307:
            return CartloadError(
                .s3Failed, message, at: place, advice: "Check the region and the endpoint; the bucket is elsewhere.")
        default:
            return CartloadError(.s3Failed, message, at: place, advice: "Check the request and the store's settings.")
        }
    }
}
