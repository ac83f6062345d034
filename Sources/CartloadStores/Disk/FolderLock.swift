// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore
internal import Glibc

/// Keeps a folder to one process, until the last reference goes.
final class FolderLock: Sendable {
    private let file: Int32

    /// - Throws: `store.in-use` when another holds it, with its process where that is known.
    init(folder: String) throws {
        let path = folder + "/lock"
        let file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
        guard file >= 0 else { throw SystemFailure.last.error("open the lock", path, else: .storeFolder) }
        // The kernel gives the lock back when the process ends, also by `kill -9`; the file stays.
        guard flock(file, LOCK_EX | LOCK_NB) == 0 else {
            let failure = SystemFailure.last
            var text = [UInt8](repeating: 0, count: 32)
            let size = max(0, pread(file, &text, text.count, 0))
            close(file)
            guard failure.number == EWOULDBLOCK else { throw failure.error("lock", path, else: .storeFolder) }
            let holder = String(decoding: text[..<size], as: UTF8.self).filter(\.isNumber)
            throw CartloadError(
                .storeInUse, "the store is open in \(holder.isEmpty ? "another process" : "process \(holder)")",
                at: Location(source: folder), advice: "End that process, or name another folder.")
        }
        let holder = Array("\(getpid())\n".utf8)
        if ftruncate(file, 0) == 0 { _ = pwrite(file, holder, holder.count, 0) }  // only for the message above
        self.file = file
    }

    deinit {
        // A child that another thread starts has the same open file until it runs its program, so closing is not enough.
        flock(file, LOCK_UN)
        close(file)
    }
}
