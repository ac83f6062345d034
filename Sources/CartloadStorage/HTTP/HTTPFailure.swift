// SPDX-License-Identifier: Apache-2.0

internal import CCurl
public import CartloadCore

extension CartloadError.Code {
    /// A URL cannot be used.
    public static let badURL = CartloadError.Code("http.bad-url")
    /// A request cannot be sent as it is.
    public static let badRequest = CartloadError.Code("http.bad-request")
    /// A host may not be contacted.
    public static let hostNotAllowed = CartloadError.Code("http.host-not-allowed")
    /// A server redirects to where one may not go, or too often.
    public static let redirectRefused = CartloadError.Code("http.redirect-refused")
    /// The host's name is not known.
    public static let unresolved = CartloadError.Code("http.unresolved")
    /// The host takes no connection.
    public static let refused = CartloadError.Code("http.refused")
    /// No secure connection comes about, or the server's certificate is not trusted.
    public static let tls = CartloadError.Code("http.tls")
    /// Connecting, answering or transferring took too long.
    public static let timeout = CartloadError.Code("http.timeout")
    /// The connection ended before the body did.
    public static let brokenOff = CartloadError.Code("http.broken-off")
    /// A body or its headers are larger than allowed.
    public static let tooLarge = CartloadError.Code("http.too-large")
    /// An answer's status says that the request failed.
    public static let status = CartloadError.Code("http.status")
    /// An answer's status says that the request may succeed later.
    public static let unavailable = CartloadError.Code("http.unavailable")
    /// An answer is not what HTTP or the request allows.
    public static let badResponse = CartloadError.Code("http.bad-response")
    /// A request failed for another reason.
    public static let requestFailed = CartloadError.Code("http.failed")
    /// libcurl cannot be loaded.
    public static let noHTTPLibrary = CartloadError.Code("http.no-library")
}

extension CartloadError {
    /// Whether the same request may succeed later; how often and when is the caller's business.
    public var isRetryableRequest: Bool {
        [.unresolved, .refused, .timeout, .brokenOff, .unavailable].contains(code)
    }
}

/// What libcurl says went wrong.
struct CurlFailure: Error, CustomStringConvertible {
    let code: cl_curl_code
    let words: String

    var description: String { words }

    /// The failure as an error that says where and what to do.
    ///
    /// - Parameter bytes: How much of the body had come.
    func error(_ url: HTTPURL, after bytes: Int) -> CartloadError {
        let place = Location(source: url.description)
        let within = Location(source: url.description, byte: bytes)
        switch code {
        case CL_CURL_COULDNT_RESOLVE_HOST, CL_CURL_COULDNT_RESOLVE_PROXY:
            return CartloadError(
                .unresolved, "the host is not known", at: place, advice: "Check the name and the network.", cause: self)
        case CL_CURL_COULDNT_CONNECT:
            return CartloadError(
                .refused, "the host takes no connection", at: place,
                advice: "Check the host and the port, and whether the server runs.", cause: self)
        case CL_CURL_OPERATION_TIMEDOUT:
            return CartloadError(
                .timeout, "the server is too slow", at: within, advice: "Try again, or allow more time.", cause: self)
        case CL_CURL_SSL_CONNECT_ERROR, CL_CURL_SSL_CERTPROBLEM, CL_CURL_SSL_CIPHER,
            CL_CURL_PEER_FAILED_VERIFICATION, CL_CURL_SSL_CACERT_BADFILE, CL_CURL_SSL_ISSUER_ERROR:
            return CartloadError(
                .tls, "there is no secure connection", at: place,
                advice: "Check the host, its certificate and the certificates that are trusted.", cause: self)
        case CL_CURL_PARTIAL_FILE, CL_CURL_GOT_NOTHING, CL_CURL_SEND_ERROR, CL_CURL_RECV_ERROR:
            return CartloadError(
                .brokenOff, "the connection ended before the answer was complete", at: within, advice: "Try again.",
                cause: self)
        case CL_CURL_WEIRD_SERVER_REPLY, CL_CURL_UNSUPPORTED_PROTOCOL, CL_CURL_BAD_CONTENT_ENCODING:
            return CartloadError(
                .badResponse, "the answer is not HTTP as it should be", at: within, advice: "Check the URL.",
                cause: self)
        case CL_CURL_URL_MALFORMAT:
            return CartloadError(.badURL, "the URL is not usable", at: place, advice: "Check the URL.")
        default:
            return CartloadError(.requestFailed, "the request failed", at: within, cause: self)
        }
    }
}
