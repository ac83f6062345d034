// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore
internal import Glibc

/// What is added to the end of a file in its place, whole or not at all (I3), for files too large to write anew each time.
///
/// The bytes are durable aside first, followed by the length that the file had; renaming them is the commit. Copying them
/// to the file's end can then be done again from that length as often as it takes, so that a process that dies in
/// between leaves nothing that the next one cannot complete. Only in such a moment does a reader see a part of it.
final class FileAddition {
    private let path: String
    /// The file that is added to; its lock keeps other writers away while it is open.
    private let descriptor: Int32

    /// Where the bytes wait between the commit and the end of the copying.
    static func path(for finalPath: String) -> String {
        let (parent, name) = Folder.split(finalPath)
        return Folder.join(parent, ".\(name).cartload-add")
    }

    /// - Parameter path: A file that is there.
    init(to path: String) throws {
        self.path = path
        descriptor = uninterrupted { open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW) }
        guard descriptor >= 0 else {
            throw SystemFailure.last.error("add to the file", path, else: .writeFailed)
        }
        if uninterrupted({ flock(descriptor, LOCK_EX | LOCK_NB) }) != 0, errno == EWOULDBLOCK {
            close(descriptor)
            throw CartloadError(
                .inUse, "cannot add to the file: somebody else is adding to it", at: Location(source: path),
                advice: "Give each destination and each run a file of its own, or wait for the other run to end.")
        }
    }

    deinit {
        // A child process that is just being started has the descriptor too, and would keep the lock a moment longer.
        flock(descriptor, LOCK_UN)
        close(descriptor)
    }

    func length() throws -> Int {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else {
            throw SystemFailure.last.error("look at the file", path, else: .writeFailed)
        }
        return Int(status.st_size)
    }

    // MARK: The length behind the bytes

    private static let mark = Array("cartload".utf8)

    /// What follows the bytes: a mark and the length that the file had before.
    static func trailer(_ length: Int) -> Bytes {
        Bytes(mark + (0..<8).map { UInt8(truncatingIfNeeded: UInt64(length) >> ($0 * 8)) })
    }

    private static let trailerCount = 16

    // MARK: Copying

    /// Copies what is committed to the file's end, from the recorded length on, and makes it durable.
    func complete() throws {
        let added = FileAddition.path(for: path)
        let source = uninterrupted { open(added, O_RDONLY | O_CLOEXEC | O_NOFOLLOW) }
        guard source >= 0 else { throw SystemFailure.last.error("read the file", added, else: .readFailed) }
        defer { close(source) }
        let (count, start) = try FileAddition.extent(of: source, added)
        let length = try length()
        guard length >= start, length <= start + count else { throw FileAddition.changed(path, added) }
        do {
            try copy(count, of: source, to: start)
            guard uninterrupted({ fsync(descriptor) }) == 0 else {
                throw SystemFailure.last.error("make the file durable", path, else: .writeFailed)
            }
        } catch {
            // The commit failed after all, such as on a full disk: the file becomes what it was.
            if ftruncate(descriptor, off_t(start)) == 0, fsync(descriptor) == 0 { unlink(added) }
            throw error
        }
        unlink(added)
        // Only now may the bytes' place be used again: were they to come back after a power cut, they would be added again.
        try Folder.synchronize(Folder.split(path).parent)
    }

    private func copy(_ count: Int, of source: Int32, to start: Int) throws {
        let room = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 18, alignment: 16)
        defer { room.deallocate() }
        var done = 0
        while done < count {
            let wanted = min(room.count, count - done)
            let read = uninterrupted { pread(source, room.baseAddress, wanted, off_t(done)) }
            guard read > 0 else { throw SystemFailure.last.error("read the file", path, else: .readFailed) }
            var written = 0
            while written < read {
                let part = UnsafeRawBufferPointer(rebasing: room[written..<read])
                let offset = off_t(start + done + written)
                let put = uninterrupted { pwrite(descriptor, part.baseAddress, part.count, offset) }
                guard put >= 0 else {
                    throw SystemFailure.last.error("write the file", path, at: Int(offset), else: .writeFailed)
                }
                written += put
            }
            done += read
        }
    }

    /// How many bytes are added, and behind which length.
    private static func extent(of source: Int32, _ added: String) throws -> (count: Int, start: Int) {
        var status = stat()
        guard fstat(source, &status) == 0 else {
            throw SystemFailure.last.error("look at the file", added, else: .readFailed)
        }
        let count = Int(status.st_size) - trailerCount
        var trailer = [UInt8](repeating: 0, count: trailerCount)
        guard count >= 0, pread(source, &trailer, trailerCount, off_t(count)) == trailerCount,
            Array(trailer.prefix(mark.count)) == mark
        else { throw changed(added, added) }
        let start = trailer[mark.count...].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        return (count, Int(clamping: start))
    }

    static func changed(_ path: String, _ added: String) -> CartloadError {
        CartloadError(
            .fileChanged, "the file was changed while an earlier run was adding to it", at: Location(source: path),
            advice:
                "What that run was adding is in \(added), before its last 16 bytes: add it by hand where it is missing, then remove that file."
        )
    }
}

extension AsideFile {
    /// Makes several files durable and adds each to what is at its final path, where there is something; as ``publish(_:)``
    /// it returns when that is durable too.
    public static func add(_ files: [AsideFile]) throws {
        let (added, new) = files.reduce(into: ([AsideFile](), [AsideFile]())) { divided, file in
            if access(file.finalPath, F_OK) == 0 { divided.0.append(file) } else { divided.1.append(file) }
        }
        try publish(new)
        for file in added {
            let addition = try FileAddition(to: file.finalPath)
            let path = FileAddition.path(for: file.finalPath)
            if access(path, F_OK) == 0 { try addition.complete() }  // of another process, which died
            try file.append(FileAddition.trailer(addition.length()))
            try file.synchronize()
            try file.move(to: path)
            try Folder.synchronize(Folder.split(path).parent)
            try addition.complete()
        }
    }

    /// Completes what a process that died was adding to a file, and had committed.
    public static func completeAddition(to finalPath: String) throws {
        let added = FileAddition.path(for: finalPath)
        guard access(added, F_OK) == 0 else { return }
        guard access(finalPath, F_OK) == 0 else { throw FileAddition.changed(finalPath, added) }
        let addition = try FileAddition(to: finalPath)
        if access(added, F_OK) == 0 { try addition.complete() }
    }
}
