// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore
internal import CartloadStorage
internal import Glibc

extension PartFiles {
    /// A new file with the first bytes of one that is complete, to which more records have come; nil when it is gone.
    ///
    /// What is there after `done.length` was not committed.
    static func copy(of done: FilesReceipt.Part) throws -> PartFile? {
        guard access(done.name, F_OK) == 0 else { return nil }
        let reader = try FileReader(path: done.name)
        guard (reader.byteCount ?? 0) >= done.length else {
            throw CartloadError(
                .fileReplaced, "the file is shorter than the earlier run left it", at: Location(source: done.name),
                advice: "Start over with --fresh, or move the file away to begin a new one.")
        }
        var part = PartFile(done.name, number: done.number, try AsideFile(done.name))
        do {
            let room = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 18, alignment: 16)
            defer { room.deallocate() }
            while part.file.length < done.length {
                let wanted = min(room.count, done.length - part.file.length)
                let count = try reader.read(into: UnsafeMutableRawBufferPointer(rebasing: room[..<wanted]))
                guard count > 0 else { break }
                try part.file.append(UnsafeRawBufferPointer(rebasing: room[..<count]))
            }
        } catch {
            part.file.discard()
            throw error
        }
        part.records = done.records
        part.bytes = done.bytes
        part.fields = done.fields
        return part
    }
}
