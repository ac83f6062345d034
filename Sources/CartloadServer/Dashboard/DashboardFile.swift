// SPDX-License-Identifier: Apache-2.0

internal import CCrypto
internal import CartloadCore
internal import CartloadHTTP

/// A file of the page, which is a part of the program.
struct DashboardFile: Sendable {
    private let bytes: Bytes
    private let type: String
    private let headers: [HTTPField]
    /// With quotes: a hash of the bytes.
    let tag: String

    init(_ content: [UInt8], type: String, policy: String = DashboardFile.policy()) {
        bytes = Bytes(content)
        self.type = type
        headers = DashboardFile.securityHeaders(policy)
        let hash = DashboardFile.hash(content)
        tag = "\"" + hash.prefix(12).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined() + "\""
    }

    private static func hash(_ content: [UInt8]) -> [UInt8] {
        var hash = [UInt8](repeating: 0, count: 32)
        _ = EVP_Digest(content, content.count, &hash, nil, EVP_sha256(), nil)
        return hash
    }

    /// With its style and what runs before the first paint in it: nothing that is painted waits for another request.
    static let page = {
        var text = String(decoding: PackageResources.dashboard_html, as: UTF8.self)
        var sources: [String] = []
        for (tag, content) in [("style", PackageResources.dashboard_css), ("script", PackageResources.before_paint_js)]
        {
            text = text.replacing(
                "<\(tag)></\(tag)>", with: "<\(tag)>\(String(decoding: content, as: UTF8.self))</\(tag)>")
            sources.append(" 'sha256-\(Bytes(hash(content)).base64)'")
        }
        return DashboardFile(
            Array(text.utf8), type: "text/html; charset=utf-8", policy: policy(style: sources[0], script: sources[1]))
    }()
    static let script = DashboardFile(PackageResources.dashboard_js, type: "application/javascript; charset=utf-8")
    static let icon = DashboardFile(PackageResources.favicon_svg, type: "image/svg+xml")

    /// The file at a path.
    static func at(_ segments: [String]) -> DashboardFile? {
        switch segments {
        case []: page
        case ["dashboard", "dashboard.js"]: script
        case ["dashboard", "favicon.svg"], ["favicon.ico"]: icon
        default: nil
        }
    }

    /// The answer: the file, or that it is the one that the client has.
    func response(to request: HTTPServerRequest) -> HTTPServerResponse {
        let headers = [HTTPField("etag", tag), HTTPField("cache-control", "no-cache")] + self.headers
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

    /// Nothing from elsewhere, nothing inline but what is named by its hash, no frames; the page has no form that is sent.
    private static func policy(style: String = " 'none'", script: String = "") -> String {
        "default-src 'none'; script-src 'self'\(script); style-src\(style); connect-src 'self'; img-src 'self'; "
            + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    }

    private static func securityHeaders(_ policy: String) -> [HTTPField] {
        [
            HTTPField("content-security-policy", policy), HTTPField("x-content-type-options", "nosniff"),
            HTTPField("referrer-policy", "no-referrer"), HTTPField("x-frame-options", "DENY"),
            HTTPField("cross-origin-resource-policy", "same-origin"),
        ]
    }

    /// Of answers that are no files.
    static let securityHeaders = securityHeaders(policy())
}
