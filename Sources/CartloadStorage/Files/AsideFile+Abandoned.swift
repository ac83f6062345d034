// SPDX-License-Identifier: Apache-2.0

internal import CFileSystem
internal import CartloadCore
internal import Glibc

extension AsideFile {
    /// What is aside ends in this.
    static let suffix = ".cartload-part"

    /// Removes what a writer that is no more left aside for a file; what a living one writes stays.
    ///
    /// - Returns: Whether there was something, and it is gone.
    @discardableResult
    public static func removeAbandoned(_ finalPath: String) -> Bool {
        removeAbandoned(aside: asidePath(for: finalPath))
    }

    /// The same for all files of a folder whose final names are the caller's own and nobody else's.
    ///
    /// - Parameter limit: So many names of the folder are looked at (I7).
    /// - Returns: How many are gone.
    @discardableResult
    public static func removeAbandoned(
        in folder: String, atMost limit: Int = 100_000, isOwn: (Substring) -> Bool
    ) -> Int {
        guard isLocal(folder), let names = opendir(folder) else { return 0 }
        defer { closedir(names) }
        var removed = 0
        var seen = 0
        while seen < limit, let entry = readdir(names) {
            seen += 1
            guard entry.pointee.d_name.0 == CChar(bitPattern: UInt8(ascii: ".")) else { continue }
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 1) { String(cString: $0) }
            }
            guard name.hasSuffix(suffix), isOwn(name.dropFirst().dropLast(suffix.count)) else { continue }
            if removeAbandoned(aside: Folder.join(folder, name)) { removed += 1 }
        }
        return removed
    }

    /// A writer holds a lock as long as it lives, which the system takes back even from one that is killed.
    private static func removeAbandoned(aside path: String) -> Bool {
        let descriptor = uninterrupted { open(path, O_WRONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK) }
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        var status = stat()
        guard isLocal(path), fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG,
            uninterrupted({ flock(descriptor, LOCK_EX | LOCK_NB) }) == 0
        else { return false }
        // It may have been renamed or begun anew by another writer before the lock was ours.
        var named = stat()
        guard lstat(path, &named) == 0, named.st_ino == status.st_ino, named.st_dev == status.st_dev else {
            return false
        }
        return unlink(path) == 0
    }

    /// Elsewhere nothing is certain, and everything stays.
    private static func isLocal(_ path: String) -> Bool { cl_file_system_is_local(path) != 0 }
}
