// SPDX-License-Identifier: Apache-2.0

/// Counts the lines before one place of a text after another, looking at each byte once as long as they ascend.
///
/// When every record of a block is rejected, counting from the block's beginning for each took longer than all the rest.
package struct LineCounter {
    private var place = 0
    private var lines = 0

    package init() {}

    /// How many lines end before a place.
    mutating func lines(before end: Int, of bytes: Bytes) -> Int {
        if end < place { self = LineCounter() }
        bytes[place..<end].withUnsafeBytes { buffer in
            for byte in buffer where byte == UInt8(ascii: "\n") { lines += 1 }
        }
        place = end
        return lines
    }
}
