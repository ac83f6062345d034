// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore
internal import CartloadFlow

/// How one stream is read and sent.
struct SourceStreamPlan: Sendable {
    /// How its states come about.
    enum Replication: Sendable {
        /// All of it; `isResumable` tells whether there are states on the way.
        case fullRefresh(isResumable: Bool)
        /// What is new, in the order of a field or as the source has it; `position` tells the field's value at a checkpoint.
        case incremental(cursorField: String?, position: @Sendable (Checkpoint) -> JSONValue?)
    }

    let descriptor: StreamDescriptor
    let stream: any CartloadCore.Stream
    let replication: Replication
    /// Where an earlier sync got to; nil begins anew.
    let resumesAt: Checkpoint?

    /// Plans a stream.
    ///
    /// A state is looked at only where the stream can use one: runners give states to all of them.
    ///
    /// - Parameter warn: Told when the state is of another way of reading, so that the stream begins anew.
    /// - Throws: `CartloadError` with code `airbyte.catalog` for what the stream cannot do, or `airbyte.state`.
    init(
        _ stream: any CartloadCore.Stream, _ configured: ConfiguredStream, state: JSONObject?,
        warn: (String) throws -> Void
    ) throws {
        descriptor = configured.descriptor
        let name = descriptor.name
        let power = SyncPower(of: stream)
        let needsCursor = power.isIncremental && power.defaultCursorField == nil && configured.cursorField.isEmpty
        if configured.syncMode == .incremental, needsCursor {
            try warn(
                "\"\(name)\" is incremental and has no cursor_field, so it is read whole; it can be one of "
                    + power.cursorFields.joined(separator: ", "))
        }
        guard configured.syncMode == .incremental, power.isIncremental, !needsCursor else {
            // A stream that is read whole although the catalog says incremental: runners say so of all streams.
            self.stream = stream
            replication = .fullRefresh(isResumable: power.isResumable)
            let earlier = power.isResumable ? try state.flatMap { try StreamState($0, of: name) } : nil
            // An incremental state would leave out what came before it.
            resumesAt = earlier?.syncMode == .fullRefresh && earlier?.isComplete == false ? earlier?.checkpoint : nil
            return
        }
        let earlier = try state.flatMap { try StreamState($0, of: name) }
        let key = try SourceStreamPlan.cursorField(configured, power)
        let isSame = earlier?.syncMode == .incremental && earlier?.cursorField == key
        if earlier != nil, !isSame {
            try warn("the state of \"\(name)\" is of another way of reading it; it is read from the beginning")
        }
        resumesAt = isSame ? earlier?.checkpoint : nil
        if let key, let incremental = stream as? any IncrementalStream {
            let sorted = try incremental.incremental(by: key, from: isSame ? earlier?.cursorValue : nil)
            self.stream = sorted
            replication = .incremental(cursorField: key) { $0.ofStream.flatMap(sorted.replicationValue) }
        } else {
            self.stream = stream
            replication = .incremental(cursorField: nil) { _ in nil }
        }
    }

    /// The field to read by: what the user chose, or else what the source was told; nil where its own checkpoints will do.
    private static func cursorField(_ configured: ConfiguredStream, _ power: SyncPower) throws -> String? {
        if power.cursorFields.isEmpty { return nil }
        if let chosen = configured.cursorField.first {
            guard configured.cursorField.count == 1 else {
                throw AirbyteFault.catalog(
                    "the cursor of \"\(configured.descriptor)\" must be a field of its records",
                    advice: "It can be one of \(power.cursorFields.joined(separator: ", ")).")
            }
            if chosen == SyncPower.timeOfExtraction, power.continues { return power.cursorField }
            return chosen
        }
        return power.cursorField
    }

    /// The state of a commit; nil where the stream has none before its end.
    func state(at commit: Commit) -> StreamState? {
        switch replication {
        case .fullRefresh(let isResumable):
            var state = StreamState(descriptor.name, .fullRefresh)
            if commit.isLast {
                state.isComplete = true
            } else {
                guard isResumable else { return nil }
                state.checkpoint = commit.checkpoint
            }
            return state
        case .incremental(let cursorField, let position):
            var state = StreamState(descriptor.name, .incremental)
            state.cursorField = cursorField
            state.cursorValue = position(commit.checkpoint)
            state.checkpoint = commit.checkpoint.value.isNull ? nil : commit.checkpoint
            return state
        }
    }
}
