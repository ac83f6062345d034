// SPDX-License-Identifier: Apache-2.0

/// Batches of a stream by time: from a start to now, in steps on the grid of a time zone, each window once.
///
/// A description is `{"from": "2024-03-05T06:00:00Z", "to": "2024-03-05T07:00:00Z"}`, always in UTC. The first window begins
/// at `start`, wherever on the grid that is. ``TimeWindow/init(_:)`` parses a description back.
///
/// A run first makes a plan, which says how far it goes, and keeps it in its checkpoints: a run that is broken off and goes
/// on later comes by the same windows before it goes further. In a stream that is read in order, ``batches(since:now:)`` does
/// both; a ``PlannedStream`` passes on ``plan(since:now:)`` and ``batchSequence(of:)``.
public struct TimeWindows: Sendable {
    /// What happens to a window that has begun and not ended.
    public enum Last: String, Sendable, Hashable, CaseIterable {
        /// It waits until it has ended.
        case whole
        /// It is read as far as it goes, and its rest is a window of the next run.
        case cut
    }

    /// How many plans that were not finished are kept apart (I7); while there are so many, no more is planned.
    static let maximumPlans = 32
    /// How many windows ``batches(since:now:)`` makes at most (I7).
    public static let maximumListed = 1_000_000

    public let stream: String
    public let start: Instant
    /// Where time ends for this stream; nil for never.
    public let end: Instant?
    public let step: TimeStep
    public let zone: TimeZoneRules
    /// How far back every run begins before the place where the last one ended, for records that came late or changed.
    public let lookback: Duration
    /// How long before now windows end, for records that are not there at once.
    public let lag: Duration
    public let last: Last
    let form: CheckpointForm

    /// - Parameters:
    ///   - unversioned: What makes a checkpoint of this kind from one that the stream wrote before it had this helper: it
    ///     returns `{"at": time}`.
    /// - Throws: `CartloadError` with code `batch.settings` when a duration is negative or longer than a century.
    public init(
        stream: String, from start: Instant, to end: Instant? = nil, step: TimeStep, zone: TimeZoneRules = .utc,
        lookback: Duration = .zero, lag: Duration = .zero, last: Last = .whole,
        unversioned: CheckpointForm.Migration? = nil
    ) throws {
        for (name, duration) in [("lookback", lookback), ("lag", lag)] {
            guard duration >= .zero, duration <= .seconds(100 * 366 * 86_400) else {
                throw CartloadError(
                    .batchSettings, "the \(name) of \"\(stream)\" is \(duration)",
                    advice: "It must be from nothing to a century.")
            }
        }
        self.stream = stream
        self.start = start
        self.end = end
        self.step = step
        self.zone = zone
        self.lookback = lookback
        self.lag = lag
        self.last = last
        form = CheckpointForm(kind: "time_windows", stream: stream, unversioned: unversioned)
    }

    /// What is to be read, from a checkpoint to now.
    ///
    /// A plan that was not finished stays as it is and is followed by what has come since. When one was finished, the new
    /// one begins ``lookback`` before its end.
    public func plan(since checkpoint: Checkpoint?, now: Instant) throws -> Checkpoint {
        form.seal(try planned(since: checkpoint, now: now).members)
    }

    /// The windows of a plan that are left, lazily.
    public func windows(of plan: Checkpoint) throws -> TimeWindowSequence {
        guard let progress = try TimeProgress(plan, form) else { throw form.misfit("is no plan") }
        return TimeWindowSequence(TimeGrid(step, zone), progress)
    }

    /// The windows from a checkpoint to now, lazily.
    public func windows(since checkpoint: Checkpoint?, now: Instant) throws -> TimeWindowSequence {
        TimeWindowSequence(TimeGrid(step, zone), try planned(since: checkpoint, now: now))
    }

    /// The batches of a plan that are left, each made when it is asked for.
    public func batchSequence(of plan: Checkpoint) throws -> BatchSequence { sequence(try windows(of: plan)) }

    /// The batches from a checkpoint to now, each made when it is asked for.
    public func batchSequence(since checkpoint: Checkpoint?, now: Instant) throws -> BatchSequence {
        sequence(try windows(since: checkpoint, now: now))
    }

    /// The batches from a checkpoint to now.
    ///
    /// - Throws: `CartloadError` with code `batch.settings` for more than a million.
    public func batches(since checkpoint: Checkpoint?, now: Instant) throws -> [BatchDescription] {
        try list(try windows(since: checkpoint, now: now))
    }

    /// The batches of a plan that are left.
    ///
    /// - Throws: `CartloadError` with code `batch.settings` for more than a million.
    public func batches(of plan: Checkpoint) throws -> [BatchDescription] { try list(try windows(of: plan)) }

    /// Where the stream is after one more window; never before where it was.
    public func checkpoint(after batch: BatchDescription, since checkpoint: Checkpoint? = nil) throws -> Checkpoint {
        let window = try TimeWindow(batch)
        var progress = try TimeProgress(checkpoint, form) ?? TimeProgress(at: window.to, until: [])
        if let until = batch["until"]?.stringValue.flatMap({ Instant($0) }), progress.until.isEmpty {
            progress.until = [until]
        }
        progress.move(to: window.to)
        return form.seal(progress.members)
    }

    private func planned(since checkpoint: Checkpoint?, now: Instant) throws -> TimeProgress {
        var grid = TimeGrid(step, zone)
        let horizon = horizon(now, &grid)
        guard var progress = try TimeProgress(checkpoint, form) else {
            return TimeProgress(at: start, until: horizon > start ? [horizon] : [])
        }
        if let planned = progress.until.last {
            if horizon > planned, progress.until.count < TimeWindows.maximumPlans { progress.until.append(horizon) }
            return progress
        }
        // A clock that was put back must not make the stream go back with it.
        let until = max(horizon, progress.at)
        if lookback > .zero { progress.at = min(progress.at, max(start, grid.cell(at: progress.at - lookback).from)) }
        if until > progress.at { progress.until = [until] }
        return progress
    }

    /// How far a run that begins now reads.
    private func horizon(_ now: Instant, _ grid: inout TimeGrid) -> Instant {
        let limit = now - lag
        if let end, end <= limit { return end }
        return last == .whole ? grid.cell(at: limit).from : limit
    }

    private func describe(_ window: TimeWindow, until: Instant) -> BatchDescription {
        var batch: BatchDescription = ["from": .string(window.from.description), "to": .string(window.to.description)]
        // Tells a run that was broken off from one that ended, and so whether to look back.
        if lookback > .zero { batch.value["until"] = .string(until.description) }
        return batch
    }

    private func sequence(_ windows: TimeWindowSequence) -> BatchSequence {
        let source = LockedIterator(windows.makeIterator())
        return BatchSequence { source.next().map { describe($0.window, until: $0.until) } }
    }

    private func list(_ windows: TimeWindowSequence) throws -> [BatchDescription] {
        var list: [BatchDescription] = []
        var iterator = windows.makeIterator()
        while let (window, until) = iterator.nextPlanned() {
            guard list.count < TimeWindows.maximumListed else {
                throw CartloadError(
                    .batchSettings, "\"\(stream)\" has more than \(TimeWindows.maximumListed) windows of a \(step)",
                    advice: "Use a larger step, or make the batches one by one with batchSequence.")
            }
            list.append(describe(window, until: until))
        }
        return list
    }
}
