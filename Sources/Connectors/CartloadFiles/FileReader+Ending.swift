// SPDX-License-Identifier: Apache-2.0

internal import CartloadStorage

extension FileReader {
    /// Whether a file's last line has no end, so that what is added would go on in it.
    static func endsInsideLine(_ path: String) throws -> Bool {
        let reader = try FileReader(path: path)
        guard let count = reader.byteCount, count > 0 else { return false }
        try reader.skip(to: count - 1)
        var last: UInt8 = 0
        let read = try withUnsafeMutableBytes(of: &last) { try reader.read(into: $0) }
        return read == 1 && last != UInt8(ascii: "\n")
    }
}
