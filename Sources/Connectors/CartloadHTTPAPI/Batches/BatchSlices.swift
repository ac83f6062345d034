// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore

/// How the records of one partition are cut into batches, one after another.
///
/// Where a partition is, is a text; what a run means to reach is fixed when it begins, and kept in its checkpoints, so that
/// a run that was broken off comes by the same batches again.
protocol BatchSlices: Sendable {
    /// Whether batches differ with how far a run means to reach, so that what it meant must be kept.
    var dependsOnHorizon: Bool { get }

    /// Where a partition begins.
    var start: String { get }

    /// Whether a place is before another.
    func precedes(_ place: String, _ other: String) -> Bool

    /// How far a run that begins now reads.
    func horizon(now: Instant) throws -> String

    /// Where to go on from a place that an earlier run reached, once that run had finished.
    func reopened(_ place: String, now: Instant) throws -> String?

    /// The batch after a place: its members, and the place where it ends; nil when all ends are reached.
    ///
    /// - Parameter ends: What runs mean to reach, ascending; no batch goes across one.
    func next(after place: String, ends: [String]) throws -> (members: JSONObject, end: String)?
}
