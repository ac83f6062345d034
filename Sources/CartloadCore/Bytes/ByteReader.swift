// SPDX-License-Identifier: Apache-2.0

/// A forward-only source of bytes, such as an open file or a decompressor over one; calls may block.
public protocol ByteReader: AnyObject {
    /// What it reads, for messages: a path, a URL or `stdin`.
    var name: String { get }

    /// Reads at least one byte and at most the buffer; 0 means the end.
    ///
    /// - Throws: `CartloadError` located at this reader's name and byte offset.
    func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int

    /// How many stored bytes have been consumed, for progress: compressed bytes for a decompressor.
    var storedBytesRead: Int { get }

    /// Whether the next read would have to wait, as for a pipe with nothing in it: what is there can be worked on first.
    var wouldWait: Bool { get }
}

extension ByteReader {
    public var wouldWait: Bool { false }
}

/// A reader that can move forward without handing out what lies between.
public protocol SkippingByteReader: ByteReader {
    /// Goes on at an offset of the bytes it hands out, at or after where it is; by seeking where it can, else by reading.
    ///
    /// - Throws: `CartloadError`, also when the end comes before the offset.
    func skip(to offset: Int) throws
}
