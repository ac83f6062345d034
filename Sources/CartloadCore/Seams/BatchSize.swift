// SPDX-License-Identifier: Apache-2.0

/// How large a batch may be for destinations that keep batches apart, such as a file for each.
public struct BatchSize: Sendable, Hashable {
    public var records: Int?
    /// Bytes as written, before compression.
    public var bytes: Int?

    public init(records: Int? = nil, bytes: Int? = nil) {
        self.records = records
        self.bytes = bytes
    }

    /// Whether neither bound is set, so that a batch is what the source says is one.
    public var isUnbounded: Bool { records == nil && bytes == nil }
}
