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

    /// What stands for a cursor where a stream goes on from its own checkpoints: the time that every reader of the protocol
    /// keeps with a record. Without one, PyAirbyte replaces a table by the few records of an incremental sync.
    static let timeOfExtraction = "_airbyte_extracted_at"

    var isIncremental: Bool { continues || !cursorFields.isEmpty }
    /// The cursor that the stream has when nobody chooses one; nil when somebody must.
    var defaultCursorField: String? { cursorField ?? (continues ? SyncPower.timeOfExtraction : nil) }
    var isResumable: Bool { continues }
    var syncModes: [SyncMode] { isIncremental ? [.fullRefresh, .incremental] : [.fullRefresh] }
}
