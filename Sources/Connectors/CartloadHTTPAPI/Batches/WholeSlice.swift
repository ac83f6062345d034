// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore

/// A partition that is read as a whole, once or again after some time.
struct WholeSlice: BatchSlices {
    /// How long after it was read it is read again; nil for never.
    let refresh: Duration?

    let start = ""
    let dependsOnHorizon = false

    func precedes(_ place: String, _ other: String) -> Bool { place.isEmpty && !other.isEmpty }

    func horizon(now: Instant) -> String { now.description }

    func reopened(_ place: String, now: Instant) -> String? {
        guard let refresh else { return place }
        guard let instant = Instant(place), instant + refresh > now else { return start }
        return place
    }

    func next(after place: String, ends: [String]) -> (members: JSONObject, end: String)? {
        guard place.isEmpty, let end = ends.last else { return nil }
        return (JSONObject(), end)
    }
}
