// SPDX-License-Identifier: Apache-2.0

/// The bounds of requests (I7), and how servers are trusted.
public struct HTTPOptions: Sendable {
    /// Through whom requests go.
    public enum Proxy: Sendable, Hashable {
        /// What `http_proxy`, `https_proxy` and `no_proxy` say.
        case environment
        case none
        case url(String)
    }

    /// How long finding and reaching a host may take, TLS included.
    public var connectTimeout: Duration = .seconds(10)
    /// How long a whole exchange of `send` may take, redirects included.
    public var timeout: Duration? = .seconds(300)
    /// How long reading a stream may take, the time of a slow reader included.
    public var streamTimeout: Duration?
    /// A transfer that brings fewer bytes in a second, for ``lowSpeedTime``, is given up; 0 never gives up.
    public var lowSpeedLimit = 1
    /// Whole seconds; a stream that waits for its reader does not count.
    public var lowSpeedTime: Duration = .seconds(60)
    /// The longest body that `send` holds in memory.
    public var maximumBodyBytes = 16 << 20
    /// The longest body that is streamed; memory does not depend on it.
    public var maximumStreamBytes: Int?
    /// How much of a streamed body waits in memory for its reader.
    public var streamBufferBytes = 256 << 10
    public var maximumHeaderBytes = 64 << 10
    /// How many redirects are followed; with 0 their answer is returned.
    public var maximumRedirects = 5
    public var verifiesTLS = true
    /// A file of certificates to trust, in PEM form, in place of the system's.
    public var certificateAuthorities: String?
    /// Whether servers may compress bodies; what a stream unpacks while its reader waits is then held in memory.
    public var acceptsGzip = false
    public var proxy = Proxy.environment
    public var userAgent = "cartload"

    public init() {}
}

extension Duration {
    /// For libcurl, in which 0 means no limit: at least one, at most about 24 days.
    var curlMilliseconds: Int64 {
        let (seconds, attoseconds) = components
        guard seconds < 2_000_000 else { return 2_000_000_000 }
        return max(1, seconds * 1000 + attoseconds / 1_000_000_000_000_000)
    }
}
