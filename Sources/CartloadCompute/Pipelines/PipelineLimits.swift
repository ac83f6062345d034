// SPDX-License-Identifier: Apache-2.0

/// What bounds a pipeline (I7), the same for all of a server.
public struct PipelineLimits: Sendable, Hashable {
    /// How many chunks it may take in all its life.
    public var chunks: Int
    /// How long it may be open without a push, a pull, or anything that runs.
    public var idleTimeout: Duration
    /// How long it is kept after its end.
    public var retention: Duration

    public init(chunks: Int = 1_000_000, idleTimeout: Duration = .seconds(1800), retention: Duration = .seconds(3600)) {
        self.chunks = chunks
        self.idleTimeout = idleTimeout
        self.retention = retention
    }
}
