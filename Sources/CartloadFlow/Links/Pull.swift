// SPDX-License-Identifier: Apache-2.0

public import CartloadCore

/// What an inlet has found.
public struct Pull: Sendable {
    /// Some records, and what is known of all of them.
    public struct Part: Sendable {
        public var batch: RecordBatch
        public var metadata: JSONObject

        public init(_ batch: RecordBatch, metadata: JSONObject = JSONObject()) {
            self.batch = batch
            self.metadata = metadata
        }
    }

    public var parts: [Part]
    /// Where to go on once every outlet has these records durably; nil for inlets that remember nothing.
    public var position: Checkpoint?

    public init(_ parts: [Part], position: Checkpoint? = nil) {
        self.parts = parts
        self.position = position
    }

    public init(_ batch: RecordBatch, position: Checkpoint? = nil) { self.init([Part(batch)], position: position) }

    /// Nothing new.
    public static let none = Pull([])

    var isEmpty: Bool { position == nil && parts.allSatisfy { $0.batch.count == 0 } }
}
