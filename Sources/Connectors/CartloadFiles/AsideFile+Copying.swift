// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore
internal import CartloadStorage

extension AsideFile {
    /// Begins with the first bytes of another file; all of them when `count` is nil.
    ///
    /// - Throws: `CartloadError` with code `storage.file-changed` when there are fewer.
    func copy(_ count: Int?, of path: String) throws {
        let reader = try FileReader(path: path)
        let room = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 18, alignment: 16)
        defer { room.deallocate() }
        var left = count ?? .max
        while left > 0 {
            let read = try reader.read(into: UnsafeMutableRawBufferPointer(rebasing: room.prefix(left)))
            if read == 0 { break }
            try append(UnsafeRawBufferPointer(rebasing: room[..<read]))
            left -= read
        }
        guard count == nil || left == 0 else {
            throw CartloadError(
                .fileChanged, "the file is shorter than the earlier run left it", at: Location(source: path),
                advice: "Start again with --fresh.")
        }
    }
}
