// SPDX-License-Identifier: Apache-2.0

internal import CartloadStorage

/// Where a tenant's API is.
struct Endpoint: Sendable, Hashable {
    let server: String
    let tenant: String

    init(_ baseURL: String, tenant: String?) throws {
        var base = baseURL[...]
        while base.last == "/" { base.removeLast() }
        if let tenant {
            server = String(base)
            self.tenant = tenant
        } else {
            // The last part of the path is the tenant: https://host/tenant.
            guard let slash = base.lastIndex(of: "/"), base[..<slash].last != "/", base.contains("://") else {
                throw BatchesError(.configuration, "the base URL \(baseURL) names no tenant, and none was given")
            }
            server = String(base[..<slash])
            self.tenant = String(base[base.index(after: slash)...])
        }
        guard !self.tenant.isEmpty else { throw BatchesError(.configuration, "the tenant is empty") }
        _ = try HTTPURL(server)
    }

    /// The URL of an operation: the path after `api/v4`.
    func url(_ path: String) throws -> HTTPURL { try HTTPURL("\(server)/\(tenant.pathPart)/api/v4/\(path)") }

    /// Where OAuth2 clients get their tokens; the vendor's servers have a host of its own for it.
    var tokenURL: HTTPURL {
        get throws {
            let host = server.hasSuffix(".coherent.global") ? server.replacingFirst("//excel.", "//keycloak.") : server
            return try HTTPURL("\(host)/auth/realms/\(tenant.pathPart)/protocol/openid-connect/token")
        }
    }
}

extension String {
    /// As a part of a path: everything but letters, digits and `-._~` in percent form.
    var pathPart: String {
        var text = ""
        for byte in utf8 {
            let scalar = Unicode.Scalar(byte)
            let isPlain =
                (0x30...0x39).contains(byte) || (0x41...0x5a).contains(byte) || (0x61...0x7a).contains(byte)
                || "-._~".utf8.contains(byte)
            text +=
                isPlain
                ? String(Character(scalar)) : "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16).uppercased()
        }
        return text
    }

    fileprivate func replacingFirst(_ part: String, _ other: String) -> String {
        guard let range = firstRange(of: part) else { return self }
        return replacingCharacters(range, other)
    }

    private func firstRange(of part: String) -> Range<String.Index>? {
        var start = startIndex
        while start < endIndex {
            if self[start...].hasPrefix(part) { return start..<index(start, offsetBy: part.count) }
            start = index(after: start)
        }
        return nil
    }

    private func replacingCharacters(_ range: Range<String.Index>, _ other: String) -> String {
        String(self[..<range.lowerBound]) + other + String(self[range.upperBound...])
    }
}
