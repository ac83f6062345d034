// SPDX-License-Identifier: Apache-2.0

public import CartloadFlow

/// What a run is given to work with.
public struct RunContext: Sendable {
    public var registry: Registry
    /// Counts what is done; the progress line watches it.
    public var meter: RunMeter
    /// Asked by the first SIGINT or SIGTERM.
    public var stop: StopRequest
    public var logger: Logger

    public init(registry: Registry, meter: RunMeter, stop: StopRequest, logger: Logger) {
        self.registry = registry
        self.meter = meter
        self.stop = stop
        self.logger = logger
    }
}
