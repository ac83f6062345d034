// SPDX-License-Identifier: Apache-2.0

/// Where a server listens.
public struct HTTPServerAddress: Sendable, Hashable {
    /// A numeric address, such as `127.0.0.1` or `::1`.
    public let host: String
    /// The port, which the kernel has chosen when 0 was asked for.
    public let port: Int
    /// Whether it speaks TLS.
    public let isSecure: Bool
}

extension HTTPServerAddress: CustomStringConvertible {
    /// Its URL: `http://127.0.0.1:8080`, `https://[::1]:8443`.
    public var description: String {
        let host = host.contains(":") ? "[\(host)]" : host
        return "\(isSecure ? "https" : "http")://\(host):\(port)"
    }
}
