// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore
internal import CartloadFormats
internal import CartloadStorage

extension Position {
    /// The place after so many bytes of a plain file, where an earlier run found its end.
    ///
    /// Reading goes on there only when it lies between two lines: a last line without an end may have grown.
    init(afterByte byte: Int, of path: String) throws {
        let reader = try FileReader(path: path)
        let room = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 18, alignment: 16)
        defer { room.deallocate() }
        var lines = 0
        var last: UInt8 = 0
        while reader.storedBytesRead < byte {
            let wanted = min(room.count, byte - reader.storedBytesRead)
            let count = try reader.read(into: UnsafeMutableRawBufferPointer(rebasing: room[..<wanted]))
            if count == 0 { break }
            if lines == 0, reader.storedBytesRead == count, Compression(sniffing: room[..<count].prefix(4)) != .none {
                throw Position.cannotGrow(path, "a compressed file cannot be read on")
            }
            for byte in room[..<count] where byte == UInt8(ascii: "\n") { lines += 1 }
            last = room[count - 1]
        }
        guard byte == 0 || last == UInt8(ascii: "\n") else {
            throw Position.cannotGrow(path, "the earlier run read a last line without a line end, which may have grown")
        }
        self.init(byte: byte, line: lines, record: lines)
    }

    private static func cannotGrow(_ path: String, _ message: String) -> CartloadError {
        CartloadError(
            .fileReplaced, "the file has grown and \(message)", at: Location(source: path),
            advice: "Give new data a new name, or start over with --fresh.")
    }
}
