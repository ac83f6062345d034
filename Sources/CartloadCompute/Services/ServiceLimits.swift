// SPDX-License-Identifier: Apache-2.0

/// How much a service may take (I7).
public struct ServiceLimits: Sendable, Hashable {
    /// How long one chunk may run, or a part of it while a bad record is looked for; its worker is killed then.
    public var chunkTimeout: Duration
    /// How many workers of it there may be at once; nil for as many as the server has.
    public var maximumWorkers: Int?
    /// How long a worker without work is kept.
    public var idleTime: Duration

    public init(
        chunkTimeout: Duration = .seconds(60), maximumWorkers: Int? = nil, idleTime: Duration = .seconds(60)
    ) {
        self.chunkTimeout = chunkTimeout
        self.maximumWorkers = maximumWorkers
        self.idleTime = idleTime
    }
}
