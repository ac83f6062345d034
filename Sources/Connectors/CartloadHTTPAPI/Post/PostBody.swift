// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore

/// The records of a request that is being put together, as JSON Lines.
struct PostBody {
    private var pieces: [Bytes] = []
    /// Where each record ends among all bytes, its line feed included.
    private(set) var ends: [Int] = []

    var recordCount: Int { ends.count }
    /// How many bytes it has in either form: an array has its commas where lines have their ends.
    var byteCount: Int { (ends.last ?? 0) + 1 }

    /// Adds records that lie one behind another.
    ///
    /// - Parameter ends: Where each ends in `lines`.
    mutating func append(_ lines: Bytes, ends: some Sequence<Int>) {
        let base = self.ends.last ?? 0
        pieces.append(lines)
        self.ends += ends.lazy.map { base + $0 }
    }

    var lines: Bytes {
        if pieces.count == 1 { return pieces[0] }
        var builder = BytesBuilder(capacity: byteCount)
        for piece in pieces { builder.append(piece) }
        return builder.finish()
    }

    /// The records between brackets, with commas between them.
    var array: Bytes {
        let lines = lines
        var builder = BytesBuilder(capacity: byteCount)
        builder.append(UInt8(ascii: "["))
        var start = 0
        for end in ends {
            if start > 0 { builder.append(UInt8(ascii: ",")) }
            builder.append(lines[start..<end - 1])
            start = end
        }
        builder.append(UInt8(ascii: "]"))
        return builder.finish()
    }
}
