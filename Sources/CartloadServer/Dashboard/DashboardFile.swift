// SPDX-License-Identifier: Apache-2.0

internal import CCrypto
internal import CartloadCore
internal import CartloadHTTP

/// A file of the page, which is a part of the program.
struct DashboardFile: Sendable {
    private let bytes: Bytes
    private let type: String
    /// With quotes: a hash of the bytes.
    let tag: String

    init(_ content: [UInt8], type: String) {
        bytes = Bytes(content)
        self.type = type
        var hash = [UInt8](repeating: 0, count: 32)
        _ = EVP_Digest(content, content.count, &hash, nil, EVP_sha256(), nil)
        tag = "\"" + hash.prefix(12).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined() + "\""
    }

    static let page = DashboardFile(PackageResources.dashboard_html, type: "text/html; charset=utf-8")
    static let style = DashboardFile(PackageResources.dashboard_css, type: "text/css; charset=utf-8")
    static let script = DashboardFile(PackageResources.dashboard_js, type: "application/javascript; charset=utf-8")
    static let icon = DashboardFile(PackageResources.favicon_svg, type: "image/svg+xml")

    /// The file at a path.
    static func at(_ segments: [String]) -> DashboardFile? {
        switch segments {
        case []: page
        case ["dashboard", "dashboard.css"]: style
        case ["dashboard", "dashboard.js"]: script
        case ["dashboard", "favicon.svg"], ["favicon.ico"]: icon
        default: nil
        }
    }

    /// The answer: the file, or that it is the one that the client has.
    func response(to request: HTTPServerRequest) -> HTTPServerResponse {
        let headers = [HTTPField("etag", tag), HTTPField("cache-control", "no-cache")] + DashboardFile.securityHeaders
        // The same bytes compressed have a weak form of the same tag.
        let known = request.headers.all("if-none-match").joined(separator: ",").split(separator: ",").map { text in
            let text = text.drop { $0 == " " }
            return text.hasPrefix("W/") ? text.dropFirst(2) : text
        }
        if known.contains(where: { $0.prefix { $0 != " " } == tag || $0 == "*" }) {
            return HTTPServerResponse(status: 304, headers: headers)
        }
        return HTTPServerResponse(
            status: 200, headers: headers + [HTTPField("content-type", type)], body: .bytes(bytes))
    }

    /// Nothing from elsewhere, nothing inline, no frames; the page has no form that is sent.
    static let securityHeaders = [
        HTTPField(
            "content-security-policy",
            "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; "
                + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"),
        HTTPField("x-content-type-options", "nosniff"), HTTPField("referrer-policy", "no-referrer"),
        HTTPField("x-frame-options", "DENY"), HTTPField("cross-origin-resource-policy", "same-origin"),
        HTTPField("cross-origin-opener-policy", "same-origin"),
    ]
}
