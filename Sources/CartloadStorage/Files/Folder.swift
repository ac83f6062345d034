// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore
internal import Glibc

/// Folders of the local file system.
public enum Folder {
    /// Makes a folder and those above it, where they are missing, and makes that durable.
    public static func create(_ path: String) throws {
        if mkdir(path, 0o777) == 0 {
            try synchronize(split(path).parent)
            return
        }
        let failure = SystemFailure.last
        switch failure.number {
        case EEXIST:
            guard isFolder(path) else {
                throw SystemFailure(number: ENOTDIR).error("make the folder", path, else: .writeFailed)
            }
        case ENOENT:
            let parent = split(path).parent
            guard parent != path, parent != "." else {
                throw failure.error("make the folder", path, else: .writeFailed)
            }
            try create(parent)
            try create(path)
        default: throw failure.error("make the folder", path, else: .writeFailed)
        }
    }

    /// Whether there is a folder at a path.
    public static func isFolder(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }

    /// Makes the names in a folder durable.
    public static func synchronize(_ path: String) throws {
        let descriptor = uninterrupted { open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC) }
        guard descriptor >= 0 else { throw SystemFailure.last.error("open the folder", path, else: .writeFailed) }
        defer { close(descriptor) }
        guard uninterrupted({ fsync(descriptor) }) == 0 else {
            let failure = SystemFailure.last
            if failure.number == EINVAL { return }  // some network file systems have no fsync for folders
            throw failure.error("make the folder durable", path, else: .writeFailed)
        }
    }

    /// One name in a folder.
    package struct Entry {
        package let name: String
        package let isFolder: Bool
    }

    /// The names in a folder in byte order, without `.` and `..`.
    package static func entries(of path: String) throws -> [Entry] {
        guard let folder = opendir(path.isEmpty ? "." : path) else {
            throw SystemFailure.last.error("list the folder", path, else: .readFailed)
        }
        defer { closedir(folder) }
        var entries: [Entry] = []
        while true {
            errno = 0
            guard let entry = readdir(folder) else {
                if errno != 0 { throw SystemFailure.last.error("list the folder", path, else: .readFailed) }
                break
            }
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name == "." || name == ".." { continue }
            let kind = Int32(entry.pointee.d_type)
            let folderKind = Int32(DT_DIR)
            let linkKind = Int32(DT_LNK)
            let unknownKind = Int32(DT_UNKNOWN)
            let isFolder =
                kind == folderKind || (kind == linkKind || kind == unknownKind) && Folder.isFolder(join(path, name))
            entries.append(Entry(name: name, isFolder: isFolder))
        }
        return entries.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
    }

    /// A path divided before its last name; the folder of a bare name is `.`.
    package static func split(_ path: String) -> (parent: String, name: String) {
        var text = path[...]
        while text.count > 1, text.last == "/" { text = text.dropLast() }
        guard let slash = text.lastIndex(of: "/") else { return (".", String(text)) }
        let name = String(text[text.index(after: slash)...])
        return (slash == text.startIndex ? "/" : String(text[..<slash]), name)
    }

    /// A name in a folder as a path; in the folder `""` or `.` the bare name.
    package static func join(_ folder: String, _ name: String) -> String {
        if folder.isEmpty || folder == "." { return name }
        return folder.last == "/" ? folder + name : "\(folder)/\(name)"
    }
}
