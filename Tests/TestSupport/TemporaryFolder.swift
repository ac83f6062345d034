// SPDX-License-Identifier: Apache-2.0

import Glibc

/// A folder of its own for a test, removed with the last reference.
///
/// Names are relative to it and may have folders in them.
package final class TemporaryFolder: Sendable {
    package let path: String

    /// - Throws: `POSIXFailure` when it cannot be made.
    package init() throws {
        let root = getenv("TMPDIR").map { String(cString: $0) } ?? Self.roomInMemory ?? "/tmp"
        var template = Array("\(root)/cartload-XXXXXX".utf8CString)
        guard let made = mkdtemp(&template) else { throw POSIXFailure(code: errno) }
        path = String(cString: made)
    }

    /// Where files are in memory, if there is such a place with room for tests: they sync thousands of small files.
    private static var roomInMemory: String? {
        let place = "/dev/shm"
        var room = statvfs()
        guard access(place, W_OK) == 0, statvfs(place, &room) == 0 else { return nil }
        return UInt64(room.f_bavail) * UInt64(room.f_frsize) >= 1 << 29 ? place : nil
    }

    deinit { Self.removeAll(path) }

    private static func removeAll(_ path: String) {
        for name in entries(of: path) { removeAll("\(path)/\(name)") }
        _ = Glibc.remove(path)
    }

    /// The path of something in it.
    package func callAsFunction(_ name: String) -> String { "\(path)/\(name)" }

    /// Makes a folder in it.
    package func make(_ name: String) throws {
        guard mkdir(self(name), 0o755) == 0 else { throw POSIXFailure(code: errno) }
    }

    /// Makes a symbolic link in it, and the folders that it needs.
    package func link(_ name: String, to destination: String) throws {
        Self.makeFolders(for: self(name))
        guard symlink(destination, self(name)) == 0 else { throw POSIXFailure(code: errno) }
    }

    /// Removes a file, a link, or a folder with all that is in it.
    package func remove(_ name: String) throws {
        for entry in names(name) { try remove("\(name)/\(entry)") }
        guard Glibc.remove(self(name)) == 0 else { throw POSIXFailure(code: errno) }
    }

    /// The names of everything in a folder of it, sorted.
    package func names(_ name: String = "") -> [String] { Self.entries(of: name.isEmpty ? path : self(name)).sorted() }

    /// What is in a folder; nothing for a link, whatever it leads to.
    private static func entries(of path: String) -> [String] {
        let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
        guard descriptor >= 0 else { return [] }
        guard let folder = fdopendir(descriptor) else {
            close(descriptor)
            return []
        }
        defer { closedir(folder) }
        var names: [String] = []
        while let entry = readdir(folder) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { raw in
                String(decoding: raw.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names
    }

    static func makeFolders(for path: String) {
        for slash in path.indices.dropFirst() where path[slash] == "/" { _ = mkdir(String(path[..<slash]), 0o755) }
    }
}
