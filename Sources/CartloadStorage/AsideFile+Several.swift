// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore
internal import Glibc

extension AsideFile {
    /// How many files are made durable at once.
    ///
    /// A file system commits what waits together: 16 files took 5 ms at once and 60 ms one after another.
    private static let syncsAtOnce = 16

    /// Makes several files durable, still aside, in the time of about one; suspended ones are suspended again after it.
    public static func synchronize(_ files: [AsideFile]) throws {
        let dirty = files.filter(\.isDirty)
        for start in stride(from: 0, to: dirty.count, by: syncsAtOnce) {
            let some = dirty[start..<min(start + syncsAtOnce, dirty.count)]
            let suspended = some.filter { $0.descriptor < 0 }
            for file in suspended { try file.reopen() }
            let syncs = some.map { FileSync(descriptor: $0.descriptor, name: $0.finalPath) }
            try Threads.each(syncs, atOnce: syncsAtOnce) { sync in
                guard uninterrupted({ fsync(sync.descriptor) }) == 0 else {
                    throw SystemFailure.last.error("make the file durable", sync.name, else: .writeFailed)
                }
            }
            for file in some { file.isDirty = false }
            for file in suspended { file.suspend() }
        }
    }

    /// Makes several files durable and moves them to their final paths, over older ones of those names (I3).
    public static func publish(_ files: [AsideFile]) throws {
        try synchronize(files)
        var folders: Set<String> = []
        for file in files {
            try file.moveIntoPlace()
            folders.insert(Folder.split(file.finalPath).parent)
        }
        for folder in folders.sorted() { try Folder.synchronize(folder) }
    }

    private func moveIntoPlace() throws {
        guard rename(asidePath, finalPath) == 0 else {
            let failure = SystemFailure.last
            if failure.number == EXDEV {
                throw CartloadError(
                    .writeFailed, "cannot move the file from \(asidePath), which is on another file system",
                    at: Location(source: finalPath), advice: "Write aside in a folder on the same file system.")
            }
            throw failure.error("move the file into place", finalPath, else: .writeFailed)
        }
        leave()
    }
}

/// A descriptor to make durable.
private struct FileSync: Sendable {
    let descriptor: Int32
    let name: String
}
