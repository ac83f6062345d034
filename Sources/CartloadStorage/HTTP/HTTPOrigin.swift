// SPDX-License-Identifier: Apache-2.0

/// Scheme, host and port: who is contacted.
public struct HTTPOrigin: Sendable, Hashable {
    public enum Scheme: String, Sendable {
        case http
        case https

        var defaultPort: Int { self == .http ? 80 : 443 }

        init?(_ text: some StringProtocol) { self.init(rawValue: text.lowercased()) }
    }

    public let scheme: Scheme
    /// In small letters; an IPv6 address stands in brackets.
    public let host: String
    public let port: Int

    /// Reads `host`, `host:port` or `[address]:port`; nil when it is none of them.
    init?(_ scheme: Scheme, authority: some StringProtocol) {
        let authority = authority.lowercased()
        let hostEnd: String.Index
        if authority.hasPrefix("[") {
            guard let bracket = authority.firstIndex(of: "]") else { return nil }
            hostEnd = authority.index(after: bracket)
            let address = authority[..<bracket].dropFirst()
            guard address.contains(":"), address.allSatisfy({ $0.isHexDigit || $0 == ":" || $0 == "." }) else {
                return nil
            }
        } else {
            hostEnd = authority.firstIndex(of: ":") ?? authority.endIndex
            guard HTTPOrigin.isName(authority[..<hostEnd]) else { return nil }
        }
        let digits = authority[hostEnd...]
        if digits.isEmpty {
            port = scheme.defaultPort
        } else {
            guard digits.hasPrefix(":"), digits.utf8.count > 1, digits.utf8.count <= 6,
                digits.dropFirst().utf8.allSatisfy({ $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") }),
                let port = Int(digits.dropFirst()), (1...65535).contains(port)
            else { return nil }
            self.port = port
        }
        self.scheme = scheme
        host = String(authority[..<hostEnd])
    }

    /// What a `Host` header says: the port only where it is not the usual one.
    public var authority: String { port == scheme.defaultPort ? host : "\(host):\(port)" }

    /// Whether it is a name or a plain IPv4 address, and not a number such as `2130706433` that also means an address.
    private static func isName(_ host: Substring) -> Bool {
        guard !host.isEmpty, host.utf8.count <= 253,
            host.utf8.allSatisfy({ byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"),
                    UInt8(ascii: "."), UInt8(ascii: "_"):
                    true
                default: false
                }
            })
        else { return false }
        let labels = host.split(separator: ".", omittingEmptySubsequences: false)
        guard let last = labels.last(where: { !$0.isEmpty }), let first = last.utf8.first else { return false }
        guard first >= UInt8(ascii: "0"), first <= UInt8(ascii: "9") else { return true }
        return labels.count == 4 && labels.allSatisfy { UInt8($0).map(String.init) == String($0) }
    }
}

extension HTTPOrigin: CustomStringConvertible {
    /// `https://host:8443`
    public var description: String { "\(scheme.rawValue)://\(authority)" }
}
