// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore

/// What a stream of ours can do in Airbyte's terms.
struct SyncPower: Sendable, Hashable {
    /// Whether it goes on from its own checkpoints, so that a state makes sense without a cursor field.
    let continues: Bool
    /// The field that its source was told to read it by.
    let cursorField: String?
    /// The fields that it can be read by.
    let cursorFields: [String]

    init(of stream: any CartloadCore.Stream) {
        let incremental = stream as? any IncrementalStream
        cursorField = incremental?.replicationKey
        cursorFields = incremental?.replicationKeys ?? []
        continues = (stream as? any ContinuingStream)?.continues ?? (cursorField != nil)
    }

    var isIncremental: Bool { continues || !cursorFields.isEmpty }
    /// Whether a field is the user's to choose; a stream that goes on by itself can do without.
    var needsCursorField: Bool { cursorField == nil && !cursorFields.isEmpty }
    var isResumable: Bool { continues }
    var syncModes: [SyncMode] { isIncremental ? [.fullRefresh, .incremental] : [.fullRefresh] }
}
