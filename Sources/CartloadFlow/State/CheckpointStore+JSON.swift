// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore

extension JSONValue {
    /// Receipts in the order of their names, so that equal ones have equal text.
    init(receipts: [String: JSONValue]) {
        self = .object(JSONObject(receipts.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }))
    }

    var receipts: [String: JSONValue] {
        Dictionary((objectValue?.members ?? []).map { ($0.key, $0.value) }) { _, last in last }
    }
}

extension SavedCheckpoint.Intent {
    init(_ value: JSONValue) {
        self.init(
            sequence: value["sequence"]?.intValue ?? 0, checkpoint: Checkpoint(value["checkpoint"] ?? .null),
            receipts: value["receipts"]?.receipts ?? [:])
    }

    var value: JSONValue {
        ["sequence": .int(sequence), "checkpoint": checkpoint.value, "receipts": JSONValue(receipts: receipts)]
    }
}
