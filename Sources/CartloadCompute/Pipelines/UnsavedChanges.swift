// SPDX-License-Identifier: Apache-2.0

/// What the store could not take although it stands; it is told of it again with a later change.
struct UnsavedChanges: Sendable {
    /// Whether the store has something older than the pipeline's record.
    private(set) var hasRecord = false
    /// Chunks that are dropped, and which the store has yet to drop.
    private var drops: [Int] = []

    var isEmpty: Bool { !hasRecord && drops.isEmpty }

    /// The store could not take a change.
    mutating func add(_ change: StoreChange) {
        switch change {
        case .pipeline: hasRecord = true
        case .released(_, let sequences, .dropped): add(drops: sequences)
        case .accepted, .finished, .released, .removed: break
        }
    }

    mutating func add(drops sequences: [Int]) { drops += sequences }

    /// What to tell the store; nothing is left.
    ///
    /// - Parameter record: The pipeline as it is now.
    mutating func take(_ record: PipelineRecord) -> [StoreChange] {
        defer { self = UnsavedChanges() }
        return (drops.isEmpty ? [] : [.released(pipeline: record.id, sequences: drops, .dropped)])
            + (hasRecord ? [.pipeline(record)] : [])
    }
}
