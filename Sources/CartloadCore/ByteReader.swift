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
}
