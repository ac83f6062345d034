// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore
internal import CartloadStorage
internal import Glibc

/// The folder of a followed file, in which its earlier forms lie under longer names: `app.log.1`, `app.log-20240101`.
struct TailFolder {
    let path: String
    private let folder: String
    private let name: String

    init(_ path: String) {
        self.path = path
        if let slash = path.lastIndex(of: "/") {
            folder = slash == path.startIndex ? "/" : String(path[..<slash])
            name = String(path[path.index(after: slash)...])
        } else {
            folder = "."
            name = path
        }
    }

    /// The renamed files, the oldest first; those that were compressed are others.
    func renamed() throws -> [TailFile] {
        let names = try Folder.entries(of: folder).filter { entry in
            !entry.isFolder && entry.name != name && entry.name.hasPrefix(name)
                && entry.name.dropFirst(name.count).first.map { ".-_~".contains($0) } == true
                && ![".gz", ".zst", ".bz2", ".xz"].contains(where: entry.name.hasSuffix)
        }
        var files: [(file: TailFile, seconds: Int, nanoseconds: Int)] = []
        for entry in names {
            let path = folder == "." && !self.path.hasPrefix("./") ? entry.name : "\(folder)/\(entry.name)"
            var status = stat()
            // It may just have been renamed once more, or removed.
            guard stat(path, &status) == 0, let file = try? TailFile(path) else { continue }
            files.append((file, status.st_mtim.tv_sec, status.st_mtim.tv_nsec))
        }
        // Of the same moment, the one with the greater number is the older.
        return files.sorted { left, right in
            (left.seconds, left.nanoseconds, right.file.path) < (right.seconds, right.nanoseconds, left.file.path)
        }.map(\.file)
    }
}
