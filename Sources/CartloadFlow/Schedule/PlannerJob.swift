// SPDX-License-Identifier: Apache-2.0

/// Something that a ``Planner`` runs when its schedule says so.
///
/// The planner calls ``start()`` once, then ``run(_:)`` for each occasion, and at the end, when no run goes on any more,
/// ``flush()`` and ``shutdown()`` once each. Runs of one job overlap only when its schedule allows several. A run that
/// shall stop is cancelled as a task is: look at `Task.isCancelled` between batches.
///
/// A job belongs to one planner at a time; a second one refuses an object that the first has. Jobs that are values are
/// copied, and each planner has its own.
public protocol PlannerJob: Sendable {
    /// Names the job to people, and finds what was remembered of it; unique in its planner.
    var name: String { get }

    var schedule: Schedule { get }

    /// What the job does, as text: ``Planner/replace(with:grace:)`` leaves a job alone when the one that shall follow has
    /// the same name, schedule and fingerprint.
    var fingerprint: String { get }

    /// When, on the planner's monotonic clock, the job wants a run by itself, with the reason `wake`; nil for never.
    ///
    /// Asked after the start and after each run; a time that comes while a run goes on is not kept. Must be quick.
    var wakeTime: Duration? { get }

    /// Makes the job ready, or fails the start of the planner.
    ///
    /// When a running planner's jobs are replaced, the old job of the same name still runs while this is called.
    func start() async throws

    func run(_ occasion: Occasion) async throws

    /// Hands on what the job still holds; nothing comes after it but the end.
    func flush() async throws

    /// Lets go of everything; called once for every job that was started, in reverse order, whatever happened before.
    ///
    /// Not called for a job that left a run behind which would not end: nothing may run on what is shut down.
    func shutdown() async
}

extension PlannerJob {
    public var wakeTime: Duration? { nil }
    public func start() async throws {}
    public func flush() async throws {}
    public func shutdown() async {}
}
