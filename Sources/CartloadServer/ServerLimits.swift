// SPDX-License-Identifier: Apache-2.0

/// What bounds a request (I7).
public struct ServerLimits: Sendable, Hashable {
    /// How long a request may wait for results at most; a longer wish is cut to this.
    public var longestWait: Duration
    /// How long results may be lent at most.
    public var longestLease: Duration
    /// What a pipeline has that asks for nothing, within what its tenant has.
    public var inputBytes: Int
    public var outputBytes: Int

    public init(
        longestWait: Duration = .seconds(55), longestLease: Duration = .seconds(3600), inputBytes: Int = 70_000_000,
        outputBytes: Int = 80_000_000
    ) {
        self.longestWait = longestWait
        self.longestLease = longestLease
        self.inputBytes = inputBytes
        self.outputBytes = outputBytes
    }
}
