// SPDX-License-Identifier: Apache-2.0

public import CartloadCore

/// Some whole records of an input, still encoded.
public struct SplitBlock: Sendable {
    public let bytes: Bytes
    /// How many records there are, valid or not.
    public let recordCount: Int?
    public let start: Position
    /// Where reading goes on after this block.
    public let end: Position
    /// Whether it is the first of its input.
    public let isFirst: Bool

    public init(bytes: Bytes, recordCount: Int?, start: Position, end: Position, isFirst: Bool) {
        self.bytes = bytes
        self.recordCount = recordCount
        self.start = start
        self.end = end
        self.isFirst = isFirst
    }

    /// The block as a sealed batch.
    public func batch(_ format: any RecordFormat, _ decoder: any SealedDecoder, source: String?) -> RecordBatch {
        RecordBatch(
            .sealed(Sealed(format: format.name, bytes: bytes, count: recordCount, decoder: decoder)),
            origin: start.location(in: source))
    }
}
