// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore

/// A partition that is read by ranges of whole numbers, half open.
struct RangeSlices: BatchSlices {
    let from: Int
    let to: Int
    let step: Int
    let dependsOnHorizon = true

    var start: String { String(from) }

    func precedes(_ place: String, _ other: String) -> Bool { (Int(place) ?? from) < (Int(other) ?? from) }

    func horizon(now: Instant) -> String { String(to) }

    func reopened(_ place: String, now: Instant) -> String? { place }

    func next(after place: String, ends: [String]) throws -> (members: JSONObject, end: String)? {
        guard let at = Int(place) else {
            throw CartloadError(
                .batchCheckpoint, "a checkpoint of ranges has the place \"\(place)\"",
                advice: "Start over with --fresh.")
        }
        guard let end = ends.compactMap({ Int($0) }).first(where: { $0 > at }) else { return nil }
        let (sum, overflows) = at.addingReportingOverflow(step)
        let to = overflows ? end : min(sum, end)
        return (JSONObject([("from", .int(at)), ("to", .int(to))]), String(to))
    }
}
