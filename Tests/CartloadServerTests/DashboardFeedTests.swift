// SPDX-License-Identifier: Apache-2.0

import CartloadCore
import Testing

@testable import CartloadCompute
@testable import CartloadServer

@Suite struct DashboardFeedTests {
    private static func snapshot(_ id: String, created: Int64 = 0, state: PipelineState = .inProgress)
        -> PipelineSnapshot
    {
        PipelineSnapshot(
            definition: PipelineDefinition(
                id: id, tenant: "t", user: "u", serviceID: "s", versionID: "v", serviceURI: "f/\"s\"[1]",
                configuration: PipelineConfiguration(), createdAt: Instant(seconds: created)),
            state: state, activity: .active, counts: PipelineCounts(), inputUsed: 0, outputUsed: 0, workersInUse: 0,
            aggregates: .null, rate: RecordRate(), updatedAt: Instant(seconds: created), endedAt: nil)
    }

    private static func moment(
        _ changed: [PipelineSnapshot], removed: [String] = [], total: Int = 1, throughput: [ThroughputSample] = [],
        tenants: [(name: String, use: TenantUse)] = []
    ) -> DashboardFeed.Moment {
        DashboardFeed.Moment(
            changes: PipelineChanges(revision: 7, changed: changed, removed: removed, total: total, unfinished: 0),
            throughput: throughput, use: TenantUse(limits: TenantLimits()), workers: 2, tenants: tenants, services: [],
            now: .seconds(100))
    }

    private static func read(_ event: Bytes?) throws -> (name: String, data: JSONValue) {
        let lines = try #require(event).text.split(separator: "\n", omittingEmptySubsequences: false)
        #expect(lines.count == 4 && lines[2].isEmpty && lines[3].isEmpty)
        return (String(lines[0].dropFirst(7)), try JSONValue(parsing: String(lines[1].dropFirst(6))))
    }

    private static func ids(_ data: JSONValue) -> [String] {
        data["pipelines"]?.arrayValue?.compactMap { $0["id"]?.stringValue } ?? []
    }

    @Test func firstComesEverythingAndThenWhatIsNew() throws {
        var feed = DashboardFeed(limit: 10)
        let first = try Self.read(feed.event(Self.moment([Self.snapshot("a")])))
        #expect(first.name == "state")
        #expect(first.data["pipelines"]?.arrayValue?.first?["service"]?.stringValue == "f/\"s\"[1]")
        #expect(first.data["use"]?["workers_limit"]?.intValue == 2)
        #expect(feed.revision == 7)
        #expect(feed.event(Self.moment([])) == nil)
        let second = try Self.read(feed.event(Self.moment([Self.snapshot("a"), Self.snapshot("b")])))
        #expect(second.name == "change")
        #expect(Self.ids(second.data) == ["a", "b"])
        // What never changes is told once.
        #expect(second.data["pipelines"]?.arrayValue?.map { $0["service"] == nil } == [true, false])
        #expect(second.data["use"] == nil)
    }

    @Test func aServerWithoutPipelinesIsToldOfToo() throws {
        var feed = DashboardFeed(limit: 10)
        let first = try Self.read(feed.event(Self.moment([], total: 0)))
        #expect(first.name == "state")
        #expect(Self.ids(first.data).isEmpty)
    }

    @Test func whatIsForgottenIsTakenAway() throws {
        var feed = DashboardFeed(limit: 10)
        _ = feed.event(Self.moment([Self.snapshot("a")]))
        #expect(feed.knownIDs == ["a"])
        let second = try Self.read(feed.event(Self.moment([], removed: ["a"])))
        #expect(second.data["removed"]?.description == #"["a"]"#)
        #expect(feed.knownIDs.isEmpty)
    }

    @Test func theOldestFinishedOnesMakeRoom() throws {
        var feed = DashboardFeed(limit: 2)
        _ = feed.event(
            Self.moment([Self.snapshot("old", created: 1), Self.snapshot("ended", created: 5, state: .completed)]))
        let second = try Self.read(feed.event(Self.moment([Self.snapshot("new", created: 9)])))
        #expect(Self.ids(second.data) == ["new"])
        #expect(second.data["removed"]?.description == #"["ended"]"#)
        #expect(feed.knownIDs == ["old", "new"])
        // One that has no room itself is not told of at all.
        #expect(feed.event(Self.moment([Self.snapshot("late", created: 0, state: .failed)])) == nil)
    }

    @Test func throughputIsAskedForFromWhereItEnded() throws {
        var feed = DashboardFeed(limit: 2)
        var sample = ThroughputSample(second: 42)
        sample.records = 10
        sample.failed = 1
        sample.computeTime = 2.5
        let event = try Self.read(feed.event(Self.moment([], throughput: [sample])))
        #expect(event.data["throughput"]?.description == "[[42,10,1,2.5]]")
        #expect(feed.lastSecond == 42)
    }

    @Test func tenantsAreToldOfWhereTheyMayBeKnown() throws {
        var feed = DashboardFeed(limit: 2)
        let without = try Self.read(feed.event(Self.moment([])))
        #expect(without.data["tenants"] == nil)
        let with = try Self.read(
            feed.event(Self.moment([], tenants: [(name: "acme", use: TenantUse(limits: TenantLimits()))])))
        #expect(with.data["tenants"]?.arrayValue?.first?["name"]?.stringValue == "acme")
    }
}
