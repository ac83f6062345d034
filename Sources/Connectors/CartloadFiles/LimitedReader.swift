// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore
internal import CartloadStorage

/// Reads a file as long as it was when the run began: what is added meanwhile belongs to the next run.
final class LimitedReader: SkippingByteReader {
    private let base: FileReader
    private let limit: Int

    init(_ base: FileReader, limit: Int) {
        self.base = base
        self.limit = limit
    }

    var name: String { base.name }
    var storedBytesRead: Int { base.storedBytesRead }

    func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        let left = limit - base.storedBytesRead
        guard left > 0 else { return 0 }
        let count = try base.read(into: UnsafeMutableRawBufferPointer(rebasing: buffer.prefix(left)))
        guard count > 0 || buffer.isEmpty else {
            throw CartloadError(
                .fileReplaced, "the file became shorter while it was read",
                at: Location(source: name, byte: base.storedBytesRead),
                advice: "Write files aside and rename them when they are complete.")
        }
        return count
    }

    func skip(to offset: Int) throws { try base.skip(to: offset) }
}
