// SPDX-License-Identifier: Apache-2.0

/// Which hosts may be contacted: asked before the first request and again before every redirect is followed (I8).
public struct HTTPHostPolicy: Sendable {
    private let decide: @Sendable (_ origin: HTTPOrigin, _ from: HTTPOrigin?) -> Bool

    /// A policy of the caller's own.
    ///
    /// - Parameter decide: Whether an origin may be contacted; its second argument is the origin that redirects there, or nil
    ///   for the URL of the request. Allow what is known rather than refuse what is bad: one machine has many names.
    public init(_ decide: @escaping @Sendable (_ origin: HTTPOrigin, _ from: HTTPOrigin?) -> Bool) {
        self.decide = decide
    }

    /// Only these: `host` for the usual port, or `host:port`; the policy for URLs that come with data.
    public static func only(_ hosts: [String]) -> HTTPHostPolicy {
        let hosts = Set(hosts.map { $0.lowercased() })
        return HTTPHostPolicy { origin, _ in
            hosts.contains(origin.authority) || hosts.contains("\(origin.host):\(origin.port)")
        }
    }

    /// Any host that the caller names, and redirects within it; the policy for URLs that an operator has written down.
    public static let named = HTTPHostPolicy { origin, from in
        guard let from else { return true }
        return origin.host == from.host && (origin.port == from.port || origin.port == origin.scheme.defaultPort)
    }

    /// Whether a request, or a redirect from another origin, may go there.
    public func allows(_ origin: HTTPOrigin, from: HTTPOrigin? = nil) -> Bool { decide(origin, from) }
}
