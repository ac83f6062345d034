// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore

/// A checked `http` or `https` address, shown without its query and without a user's name and password (I8).
///
/// What it says of the host is what will be contacted: spellings that another parser could read differently, such as a
/// backslash, a zone or `0x7f.1` for an address, are refused.
public struct HTTPURL: Sendable, Hashable {
    /// Who is contacted, and in which way.
    public let origin: HTTPOrigin
    /// The path, percent-encoded as it is sent; begins with a slash.
    public let path: String
    /// What follows the question mark, percent-encoded as it is sent.
    public let query: String?
    /// `name:password`, percent-encoded, for basic authorization.
    let userInformation: String?

    init(origin: HTTPOrigin, path: String, query: String?) {
        self.origin = origin
        self.path = path
        self.query = query
        userInformation = nil
    }

    /// Reads an address; a fragment is dropped, bytes that are not ASCII are percent-encoded in path and query.
    ///
    /// - Throws: `CartloadError` with code `http.bad-url`.
    public init(_ text: String) throws {
        guard let colon = text.firstRange(of: "://"), let scheme = HTTPOrigin.Scheme(text[..<colon.lowerBound]) else {
            throw HTTPURL.bad(text, "is not an http or https URL")
        }
        guard text.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7f && $0 != UInt8(ascii: "\\") }) else {
            throw HTTPURL.bad(text, "has a space, a backslash or a control character in it")
        }
        let rest = text[colon.upperBound...]
        var authority = rest.prefix { !"/?#".contains($0) }
        let tail = rest[authority.endIndex...].prefix { $0 != "#" }
        if let at = authority.lastIndex(of: "@") {
            userInformation = String(authority[..<at])
            authority = authority[authority.index(after: at)...]
        } else {
            userInformation = nil
        }
        guard let origin = HTTPOrigin(scheme, authority: authority) else {
            throw HTTPURL.bad(text, "has a host or port that is not usable")
        }
        self.origin = origin
        let path = tail.prefix { $0 != "?" }
        self.path = path.isEmpty ? "/" : HTTPURL.ascii(path)
        query = path.endIndex < tail.endIndex ? HTTPURL.ascii(tail[path.endIndex...].dropFirst()) : nil
    }

    /// The whole address as it is requested; its query may be a credential, so it is never shown.
    package var requested: String { "\(origin)\(path)" + (query.map { "?\($0)" } ?? "") }

    /// The name and password as the value of an `Authorization` header.
    var basicAuthorization: String? {
        userInformation.map { "Basic \(Bytes($0.percentDecodedBytes).base64)" }
    }

    private static func ascii(_ text: Substring) -> String {
        guard text.utf8.contains(where: { $0 >= 0x80 }) else { return String(text) }
        return text.utf8.reduce(into: "") { result, byte in
            if byte < 0x80 { result.unicodeScalars.append(Unicode.Scalar(byte)) } else { result += byte.percentEncoded }
        }
    }

    private static func bad(_ text: String, _ what: String) -> CartloadError {
        CartloadError(.badURL, "the URL \"\(shown(text))\" \(what)", advice: "Check the URL.")
    }

    /// What may be shown of a text that should be a URL.
    private static func shown(_ text: String) -> String {
        var shown = text.prefix { !"?#".contains($0) }
        // Whatever stands before the last @ could be a password, in a bad URL wherever it is.
        if let at = shown.lastIndex(of: "@") { shown = shown[shown.index(after: at)...] }
        return String(shown.prefix(200).filter { $0.isASCII && !$0.isNewline && $0 >= " " })
    }
}

extension HTTPURL: CustomStringConvertible {
    /// `https://host:8443/path`, without query, name and password.
    public var description: String { "\(origin)\(path)" }
}

extension HTTPURL: CustomReflectable {
    /// Keeps a dump from showing what ``description`` leaves out.
    public var customMirror: Mirror { Mirror(self, children: ["url": description]) }
}
