// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore

/// One part of a stream that has a history of its own: a parent record, or an element of a list.
struct Partition: Sendable, Hashable {
    /// What templates see as `parent`, and what tells it from others.
    let members: JSONObject

    /// The stream without partitions.
    static let whole = Partition(members: JSONObject())

    /// What it is called in checkpoints: its one value, or all of them as JSON.
    var name: String {
        if members.isEmpty { return "" }
        if members.count == 1, let value = members.members.first?.value {
            return value.stringValue ?? value.description
        }
        return JSONValue.array(members.members.map(\.value)).description
    }
}
