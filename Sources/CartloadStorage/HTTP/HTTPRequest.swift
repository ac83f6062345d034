// SPDX-License-Identifier: Apache-2.0

public import CartloadCore

/// What is asked of a server.
public struct HTTPRequest: Sendable {
    public var method: String
    public var url: HTTPURL
    /// Fields to send; `Host`, `Content-Length` and what concerns the connection are the client's own business.
    public var headers: HTTPHeaders
    public var body: Bytes?

    /// A request to read.
    public init(_ url: HTTPURL, headers: HTTPHeaders = [:]) { self.init("GET", url, headers: headers) }

    public init(_ method: String, _ url: HTTPURL, headers: HTTPHeaders = [:], body: Bytes? = nil) {
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
    }

    private static let reserved: Set<String> = [
        "host", "content-length", "transfer-encoding", "connection", "expect", "te", "trailer", "upgrade",
    ]

    /// Refuses what could not be sent, or would say something else on the wire.
    ///
    /// - Throws: `CartloadError` with code `http.bad-request`, in which no value of a header appears.
    func check() throws {
        guard HTTPRequest.isToken(method) else { throw bad("the method is not a word") }
        for field in headers.fields {
            guard HTTPRequest.isToken(field.name) else { throw bad("the name of a header is not a word") }
            if HTTPRequest.reserved.contains(field.name.lowercased()) {
                throw bad("the header \(field.name) cannot be set")
            }
            guard field.value.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7f || $0 == UInt8(ascii: "\t") }) else {
                throw bad("the value of the header \(field.name) has a control character in it")
            }
        }
    }

    private func bad(_ what: String) -> CartloadError {
        CartloadError(.badRequest, what, at: Location(source: url.description), advice: "Correct the request.")
    }

    private static func isToken(_ text: String) -> Bool {
        !text.isEmpty
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"):
                    true
                default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
                }
            }
    }

    /// The request that follows a redirect, or nil when an answer of that status is not followed.
    ///
    /// Only reading is repeated elsewhere after 301 and 302; another origin gets neither credentials nor anything else that
    /// was meant for the first.
    func redirected(_ status: Int, to target: HTTPURL) -> HTTPRequest {
        var next = self
        next.url = HTTPURL(origin: target.origin, path: target.path, query: target.query)
        if status == 303, method != "HEAD" {
            next.method = "GET"
            next.body = nil
            next.headers["Content-Type"] = nil
        }
        if target.origin != url.origin {
            next.headers = next.headers.only(["accept", "accept-language", "range", "content-type", "user-agent"])
        } else if let authorization = url.basicAuthorization, headers["Authorization"] == nil {
            next.headers["Authorization"] = authorization
        }
        return next
    }

    /// Whether an answer of a status sends this request elsewhere.
    func follows(_ status: Int) -> Bool {
        switch status {
        case 303, 307, 308: true
        case 301, 302: method == "GET" || method == "HEAD"
        default: false
        }
    }
}
