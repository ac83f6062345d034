// SPDX-License-Identifier: Apache-2.0

public import CartloadCompute
internal import CartloadConfiguration
internal import CartloadCore
public import CartloadHTTP
public import CartloadStores

/// What a server is run with: where it listens, what it keeps, who may use it and how much.
public struct ServerConfiguration: Sendable {
    public var listen = ListenAddress()
    public var tls: HTTPServerOptions.TLS?
    /// The folder of the store; nil for memory alone.
    public var data: String?
    /// The folder of services.
    public var services: String?
    public var durability = SegmentedStoreOptions.Durability.fsync
    public var compute: ComputeOptions
    public var limits = ServerLimits()
    /// Bytes of a request's body.
    public var bodyBytes = 96 << 20
    public var connections = 10_000
    public var tokenLifetime = Duration.seconds(3600)
    /// How long requests may go on once the server is told to end.
    public var grace = Duration.seconds(10)
    /// Whether requests without credentials are welcome.
    public var isOpen = false
    public var hasDashboard = true
    /// Empty where the file names nobody.
    public var accounts: [Account] = []

    /// How many chunks may run at once (I7): each has a thread.
    public static let maximumWorkers = 1024

    public init(workers: Int) { compute = ComputeOptions(workers: workers) }
}

/// Where a server listens: `HOST:PORT`.
public struct ListenAddress: Sendable, Hashable, CustomStringConvertible {
    public var host = "127.0.0.1"
    /// 0 lets the kernel choose.
    public var port = 8765

    public init() {}

    /// `127.0.0.1:8765`, `[::1]:0`, `:8080` for every address of the machine.
    public init?(_ text: String) {
        guard let colon = text.lastIndex(of: ":"), let port = Int(text[text.index(after: colon)...]),
            (0...65_535).contains(port)
        else { return nil }
        var host = String(text[..<colon])
        if host.hasPrefix("["), host.hasSuffix("]") { host = String(host.dropFirst().dropLast()) }
        self.host = host.isEmpty ? "::" : host
        self.port = port
    }

    /// Whether only this machine can reach it.
    public var isLoopback: Bool { host == "localhost" || host == "::1" || host.hasPrefix("127.") }

    public var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}
