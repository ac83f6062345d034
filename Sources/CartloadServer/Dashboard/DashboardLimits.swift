// SPDX-License-Identifier: Apache-2.0

/// What bounds a dashboard (I7).
public struct DashboardLimits: Sendable, Hashable {
    /// How many look on at once.
    public var viewers = 64
    /// How many pipelines one of them is told of; finished ones are left out first.
    public var pipelines = 2000
    /// Rows of a page of chunks, and of failed records.
    public var pageRows = 100
    /// How often a viewer is told of changes at most.
    public var interval = Duration.milliseconds(500)
    /// How long nothing is said before a comment shows that the connection lives; then the credentials are looked at again.
    public var heartbeat = Duration.seconds(15)

    public init() {}
}
