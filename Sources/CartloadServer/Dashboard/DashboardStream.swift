// SPDX-License-Identifier: Apache-2.0

internal import CartloadCompute
internal import CartloadCore
internal import CartloadHTTP

/// Tells one viewer what happens, until they go, their credentials are over, or the server ends.
struct DashboardStream: Sendable {
    let handler: DashboardHandler
    /// Held for as long as the stream runs.
    let seat: DashboardViewers.Seat
    /// Looks at the credentials again.
    let caller: @Sendable () throws -> Caller

    func run(_ stream: HTTPResponseStream) async throws {
        let (engine, limits, clock) = (handler.engine, handler.limits, handler.clock)
        var caller = try caller()
        var feed = DashboardFeed(limit: limits.pipelines)
        var (lastWord, lastLook) = (clock.now(), clock.now())
        // A drain is not told to streams: they look, twice a second.
        while !engine.isEnding {
            let now = clock.now()
            if now - lastLook >= limits.heartbeat {
                lastLook = now
                do {
                    caller = try self.caller()
                } catch {
                    return try await stream.write("event: signout\ndata: {}\n\n")
                }
            }
            if let event = feed.event(moment(feed, caller)) {
                try await stream.write(event)
                lastWord = now
            } else if now - lastWord >= limits.heartbeat {
                try await stream.write(": still here\n\n")
                lastWord = now
            }
            try await clock.sleepUntil(now + limits.interval)
        }
        try await stream.write("event: end\ndata: {}\n\n")
    }

    private func moment(_ feed: DashboardFeed, _ caller: Caller) -> DashboardFeed.Moment {
        let engine = handler.engine
        let use = engine.use(of: caller.tenant)
        return DashboardFeed.Moment(
            changes: engine.changes(
                after: feed.revision, known: feed.knownIDs, atMost: handler.limits.pipelines, by: caller),
            throughput: engine.throughput(after: feed.lastSecond, by: caller), use: use,
            workers: min(use.limits.workers, engine.options.workers),
            tenants: caller.seesAll
                ? engine.tenantUses.sorted { $0.key < $1.key }.map { (name: $0.key, use: $0.value) } : [],
            services: caller.seesAll ? handler.workers() : [], now: engine.now)
    }
}
