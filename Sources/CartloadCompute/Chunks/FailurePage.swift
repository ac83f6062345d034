// SPDX-License-Identifier: Apache-2.0

/// A part of the failed records of a pipeline; the chunks that were finished last come first.
public struct FailurePage: Sendable, Hashable {
    /// Where a page begins. It stays right while more chunks fail.
    public struct Cursor: Sendable, Hashable {
        /// Of the chunks with failed records, counted from the one that was finished first.
        public var chunk: Int
        /// How many failed records of that chunk are left out.
        public var record: Int

        public init(chunk: Int, record: Int = 0) {
            self.chunk = chunk
            self.record = record
        }
    }

    public var chunks: [FailedChunk]
    /// Where the next page begins; nil at the end.
    public var next: Cursor?
    /// Failed records of the pipeline, handed out or not.
    public var total: Int
}
