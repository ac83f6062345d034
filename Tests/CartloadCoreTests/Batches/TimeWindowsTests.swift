// SPDX-License-Identifier: Apache-2.0

import CartloadTesting
import Foundation
import Testing

@testable import CartloadCore

@Suite struct TimeWindowsTests {
    private func instant(_ text: String) throws -> Instant { try #require(Instant(text)) }

    private func windows(
        _ step: TimeStep, _ zone: String = "UTC", from: String = "2024-01-01", to: String? = nil,
        lookback: Duration = .zero, lag: Duration = .zero, last: TimeWindows.Last = .whole
    ) throws -> TimeWindows {
        try TimeWindows(
            stream: "s", from: instant(from), to: to.map { try instant($0) }, step: step, zone: TimeZoneRules(zone),
            lookback: lookback, lag: lag, last: last)
    }

    private func texts(_ windows: TimeWindowSequence) -> [String] {
        let all = Array(windows)
        return all.map(\.from.description) + (all.last.map { [$0.to.description] } ?? [])
    }

    @Test(arguments: 0..<60) func `Windows tile time without gap or overlap in any zone`(seed: Int) throws {
        var random = SeededGenerator(seed: UInt64(seed))
        let zone = try #require(TimeZoneRulesTests.names.randomElement(using: &random))
        let rules = try TimeZoneRules(zone)
        for unit in TimeStep.Unit.allCases {
            let count = Int.random(in: 1...(unit == .minute ? 1440 : unit == .hour ? 24 : 9), using: &random)
            let step = try TimeStep(count, unit)
            // 1900 to 2100.
            let start = Instant(seconds: Int64.random(in: -2_208_988_800...4_102_444_800, using: &random))
            let windows = try TimeWindows(stream: "s", from: start, step: step, zone: rules)
            var grid = TimeGrid(step, rules)
            var before: TimeWindow?
            for window in try windows.windows(since: nil, now: .latest).prefix(150) {
                let place = "seed \(seed): \(zone), \(step), \(window)"
                #expect(window.from == (before?.to ?? start), "\(place)")
                #expect(window.from < window.to, "\(place)")
                let cell = grid.cell(at: window.from)
                #expect(cell.to == window.to && (before == nil || cell.from == window.from), "\(place)")
                var fresh = TimeGrid(step, rules)
                let inside = Instant(
                    microseconds: Int64.random(in: window.from.microseconds..<window.to.microseconds, using: &random))
                #expect(fresh.cell(at: inside) == cell, "\(place), \(inside)")
                if unit != .minute, unit != .hour {
                    // Midnight, or the first moment after one that does not exist.
                    let east = rules.secondsEast(at: window.to)
                    let isChange = rules.secondsEast(at: window.to - .seconds(1)) != east
                    #expect((window.to.seconds + east) % 86_400 == 0 || isChange, "\(place)")
                }
                before = window
            }
        }
    }

    @Test func `A day has 23 hours when clocks go forward and 25 when they go back`() throws {
        for (day, next, hours) in [
            ("2024-03-30T23:00", "2024-03-31T22:00", 23), ("2024-10-26T22:00", "2024-10-27T23:00", 25),
        ] {
            let days = try windows(.day, "Europe/Berlin", from: day, to: next)
            #expect(try Array(days.windows(since: nil, now: .latest)).count == 1)
            let parts = try windows(.hour, "Europe/Berlin", from: day, to: next)
            #expect(try Array(parts.windows(since: nil, now: .latest)).count == hours)
            let sixes = try windows(TimeStep(6, .hour), "Europe/Berlin", from: day, to: next)
            let last = try #require(try Array(sixes.windows(since: nil, now: .latest)).last)
            #expect(last.to.microseconds - last.from.microseconds == Int64(hours == 23 ? 5 : 1) * 3_600_000_000)
        }
    }

    @Test func `A day that a zone left out has no window`() throws {
        let days = try windows(.day, "Pacific/Apia", from: "2011-12-29T10:00", to: "2011-12-31T10:00")
        #expect(
            try texts(days.windows(since: nil, now: .latest)) == [
                "2011-12-29T10:00:00Z", "2011-12-30T10:00:00Z", "2011-12-31T10:00:00Z",
            ])
    }

    @Test func `Months have their lengths and quarters begin in January`() throws {
        let months = try windows(.month, from: "2024-01-31", to: "2024-04-02")
        #expect(
            try texts(months.windows(since: nil, now: .latest)) == [
                "2024-01-31T00:00:00Z", "2024-02-01T00:00:00Z", "2024-03-01T00:00:00Z", "2024-04-01T00:00:00Z",
                "2024-04-02T00:00:00Z",
            ])
        let quarters = try windows(TimeStep(3, .month), from: "2023-11-11", to: "2024-07-01")
        #expect(
            try texts(quarters.windows(since: nil, now: .latest)) == [
                "2023-11-11T00:00:00Z", "2024-01-01T00:00:00Z", "2024-04-01T00:00:00Z", "2024-07-01T00:00:00Z",
            ])
        let weeks = try windows(.week, from: "2024-01-03", to: "2024-01-15")
        #expect(
            try texts(weeks.windows(since: nil, now: .latest)) == [
                "2024-01-03T00:00:00Z", "2024-01-08T00:00:00Z", "2024-01-15T00:00:00Z",
            ])
    }

    @Test func `A window waits until it and the lag are over, or is cut`() throws {
        let now = try instant("2024-01-01T03:30:10.000001")
        let whole = try windows(.hour, lag: .seconds(1900))
        #expect(try texts(whole.windows(since: nil, now: now)).last == "2024-01-01T02:00:00Z")
        let cut = try windows(.hour, lag: .seconds(10), last: .cut)
        #expect(
            try texts(cut.windows(since: nil, now: now)).suffix(2) == [
                "2024-01-01T03:00:00Z", "2024-01-01T03:30:00.000001Z",
            ])
        let ended = try windows(.hour, to: "2024-01-01T01:10:00")
        #expect(try texts(ended.windows(since: nil, now: now)).last == "2024-01-01T01:10:00Z")
        #expect(
            try texts(ended.windows(since: nil, now: try instant("2024-01-01T01:09"))).last == "2024-01-01T01:00:00Z")
        #expect(try texts(whole.windows(since: nil, now: try instant("2023-01-01"))).isEmpty)
    }

    @Test func `A moment on an edge belongs to one window`() throws {
        let batches = try windows(.hour).batches(since: nil, now: instant("2024-01-01T02:00"))
        #expect(
            batches.map(\.description) == [
                #"{"from":"2024-01-01T00:00:00Z","to":"2024-01-01T01:00:00Z"}"#,
                #"{"from":"2024-01-01T01:00:00Z","to":"2024-01-01T02:00:00Z"}"#,
            ])
        let both = try batches.map { try TimeWindow($0) }
        for text in ["2024-01-01T01:00:00", "2024-01-01T00:59:59.999999"] {
            #expect(try both.filter { try $0.contains(instant(text)) }.count == 1)
        }
        #expect(both[0].last(precision: .seconds(1)).description == "2024-01-01T00:59:59Z")
        #expect(both[0].last(precision: .zero).description == "2024-01-01T00:59:59.999999Z")
    }

    @Test(arguments: 0..<60) func `After any prefix exactly the rest is left`(seed: Int) throws {
        var random = SeededGenerator(seed: UInt64(seed))
        let zone = try #require(TimeZoneRulesTests.names.randomElement(using: &random))
        let lookback = Bool.random(using: &random) ? Duration.zero : .seconds(7000)
        let windows = try windows(
            TimeStep(Int.random(in: 1...12, using: &random), .hour), zone, from: "2024-03-30T11:17:00.5",
            lookback: lookback, last: Bool.random(using: &random) ? .cut : .whole)
        let now = try instant("2024-04-02T04:44:44")
        let all = try windows.batches(since: nil, now: now)
        var checkpoint: Checkpoint?
        for count in 0..<all.count - 1 {
            checkpoint = try windows.checkpoint(after: all[count], since: nil)
            #expect(try windows.batches(since: checkpoint, now: now) == Array(all[(count + 1)...]), "seed \(seed)")
        }
        let end = try windows.checkpoint(after: #require(all.last), since: checkpoint)
        let again = try windows.batches(since: end, now: now)
        if lookback == .zero { return #expect(again.isEmpty, "seed \(seed)") }
        // A finished run is followed by one that looks back, and begins on the grid.
        let first = try TimeWindow(#require(again.first))
        let last = try TimeWindow(#require(all.last))
        #expect(first.from <= last.to - lookback, "seed \(seed)")
        #expect(try TimeWindow(#require(again.last)).to == last.to, "seed \(seed)")
        guard again.count > 1 else { return }
        // Broken off while it looks back, it does not begin to look back again.
        let plan = try windows.plan(since: end, now: now)
        let broken = try windows.checkpoint(after: again[0], since: plan)
        #expect(try windows.batches(since: broken, now: now) == Array(again.dropFirst()), "seed \(seed)")
    }

    @Test(arguments: 0..<100)
    func `Whatever order windows end in and however often a run breaks off, each is done once`(seed: Int) async throws {
        var random = SeededGenerator(seed: UInt64(seed))
        let crashes = Int.random(in: 0...40, using: &random)
        let windows = try windows(TimeStep(7, .hour), "America/New_York", from: "2024-03-01T00:13", last: .cut)
        let times = (0...crashes).map { Int64($0) }.map { _ in Int64.random(in: 0...4_000_000, using: &random) }
            .sorted()
        let start = windows.start
        var rehearsal = Rehearsal(
            plan: { try windows.plan(since: $0, now: start + .seconds(times[$1])) },
            batches: { try windows.batches(of: #require($0)) },
            fold: { try windows.checkpoint(after: $0, since: $1) })
        try await rehearsal.run(crashes: crashes, &random)
        let done = try rehearsal.done.map { try TimeWindow($0) }.sorted { $0.from < $1.from }
        var at = start
        for window in done {
            #expect(window.from == at, "seed \(seed)")
            at = window.to
        }
        // More plans than are kept apart wait for the next run.
        let next = try windows.batches(since: rehearsal.base, now: start + .seconds(times[crashes]))
        #expect(crashes < TimeWindows.maximumPlans ? next.isEmpty : true, "seed \(seed)")
        for batch in next {
            #expect(try TimeWindow(batch).from == at)
            at = try TimeWindow(batch).to
        }
        #expect(at == start + .seconds(times[crashes]), "seed \(seed)")
        let size = try #require(rehearsal.base).description.utf8.count
        #expect(size < 1200, "seed \(seed)")
    }

    @Test func `A batch that was left out and done later does not move the stream back`() throws {
        let windows = try windows(.hour)
        let all = try windows.batches(since: nil, now: instant("2024-01-02"))
        let later = try windows.checkpoint(after: all[9], since: nil)
        #expect(try windows.checkpoint(after: all[3], since: later) == later)
    }

    @Test func `A clock that was put back does not make the stream go back`() throws {
        let windows = try windows(.hour, lookback: .seconds(3600))
        let first = try windows.plan(since: nil, now: instant("2024-01-02"))
        let end = try windows.checkpoint(after: #require(windows.batches(of: first).last), since: first)
        let plan = try windows.plan(since: end, now: instant("2024-01-01T05:00"))
        #expect(try windows.batches(of: plan).count == 1)
        let after = try windows.checkpoint(after: windows.batches(of: plan)[0], since: plan)
        #expect(after == end)
    }

    @Test func `Millions of windows are made one at a time`() throws {
        let minutes = try windows(.minute, "Europe/Berlin", from: "2024-06-01")
        let now = try instant("2026-06-01")
        var count = 0
        for window in try minutes.windows(since: nil, now: now) { count += window.from < window.to ? 1 : 0 }
        #expect(count == 730 * 1440)
        let error = #expect(throws: CartloadError.self) { try minutes.batches(since: nil, now: now) }
        #expect(error?.code == .batchSettings)
    }

    @Test(arguments: [
        (#"{"at":"2024-01-01T00:00:00Z"}"#, "has no kind"),
        (#"{"kind":"list","version":1,"stream":"s","done":[]}"#, "is of the kind"),
        (#"{"kind":"time_windows","version":1,"stream":"t","at":"2024-01-01T00:00:00Z"}"#, "of the stream"),
        (#"{"kind":"time_windows","version":2,"stream":"s","at":"2024-01-01T00:00:00Z"}"#, "newer"),
        (#"{"kind":"time_windows","version":1,"stream":"s"}"#, "no time"),
        (#"{"kind":"time_windows","version":1,"stream":"s","at":7}"#, "no time"),
        (
            #"{"kind":"time_windows","version":1,"stream":"s","at":"2024-01-02","until":["2024-01-01"]}"#,
            "without order"
        ),
        (#"{"kind":"time_windows","version":0,"stream":"s","at":"2024-01-02"}"#, "no version"),
        ("[1]", "no checkpoint"),
    ])
    func `A checkpoint that is not the stream's is refused`(text: String, message: String) throws {
        let windows = try windows(.hour)
        let error = #expect(throws: CartloadError.self) {
            try windows.batches(since: Checkpoint(JSONValue(parsing: text)), now: Instant.latest)
        }
        #expect(error?.code == .batchCheckpoint)
        #expect(error?.message.contains(message) == true, "\(error?.message ?? "")")
    }

    @Test func `A checkpoint from before is migrated`() throws {
        let windows = try TimeWindows(stream: "s", from: instant("2024-01-01"), step: .day) { members in
            JSONObject([("at", members["day"] ?? .null)])
        }
        let batches = try windows.batches(since: Checkpoint(["day": "2024-01-03"]), now: instant("2024-01-05"))
        #expect(batches.count == 2)
        #expect(try TimeWindow(batches[0]).from == instant("2024-01-03"))
    }

    @Test(arguments: [
        "", "0 hours", "25 hours", "1441 minutes", "fortnight", "1 1 day", "-1 day", "1.5 days", "10001 years",
    ])
    func `A step that makes no sense is refused`(text: String) {
        let error = #expect(throws: CartloadError.self) { try TimeStep(parsing: text) }
        #expect(error?.code == .batchSettings)
    }

    @Test func `Steps are read as they are written`() throws {
        for text in ["hour", "15 minutes", "3 months", "2 weeks", "year"] {
            #expect(try TimeStep(parsing: text).description == text)
        }
    }
}
