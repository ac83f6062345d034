// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore
internal import CartloadStorage

/// A file of credentials.
enum SmallFile {
    private static let maximumBytes = 64 << 10

    static func read(_ path: String) throws -> Bytes {
        let reader = try FileReader(path: path)
        var bytes = BytesBuilder(capacity: 4096)
        let room = UnsafeMutableRawBufferPointer.allocate(byteCount: 4096, alignment: 16)
        defer { room.deallocate() }
        while bytes.count < maximumBytes {
            let count = try reader.read(into: room)
            if count == 0 { break }
            bytes.append(UnsafeRawBufferPointer(rebasing: room[..<count]))
        }
        return bytes.finish()
    }
}
