// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore

/// Where the partitions of a stream with a cursor are: the greatest value of each, and the page in the middle of one.
struct CursorProgress: Sendable {
    /// A batch that was broken off between two pages.
    struct Page: Sendable {
        let partition: String
        /// What the batch was, without its partition.
        let batch: JSONObject
        let greatest: JSONValue?
        let next: JSONValue
    }

    /// By partition; one that is not there is at the stream's beginning.
    var at: [String: JSONValue] = [:]
    var page: Page?
    /// Whether a run has begun that has not come by all partitions.
    var isBegun = false

    init() {}

    init(_ checkpoint: Checkpoint?, _ form: CheckpointForm) throws {
        guard let members = try form.open(checkpoint) else { return }
        guard let at = members["at"]?.objectValue else { throw form.misfit("has no values") }
        for (name, value) in at.members { self.at[name] = value }
        isBegun = members["begun"] == true
        guard let page = members["page"], !page.isNull else { return }
        guard let name = page["of"]?.stringValue, let batch = page["batch"]?.objectValue, let next = page["next"] else {
            throw form.misfit("has a page that is none")
        }
        self.page = Page(partition: name, batch: batch, greatest: page["greatest"], next: next)
    }

    var members: JSONObject {
        let values = at.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
        var members = JSONObject([("at", .object(JSONObject(values)))])
        if isBegun { members["begun"] = true }
        if let page {
            var object = JSONObject([
                ("of", .string(page.partition)), ("batch", .object(page.batch)), ("next", page.next),
            ])
            if let greatest = page.greatest { object["greatest"] = greatest }
            members["page"] = .object(object)
        }
        return members
    }
}
