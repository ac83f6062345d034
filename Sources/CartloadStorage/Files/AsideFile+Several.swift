// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore
internal import Glibc

extension AsideFile {
    /// How many files are made durable at once.
    ///
    /// A file system commits what waits together: 16 files took 5 ms at once and 60 ms one after another.
    private static let syncsAtOnce = 16

    /// Makes several files durable, still aside, in the time of about one.
    public static func synchronize(_ files: [AsideFile]) throws {
        let dirty = files.filter(\.isDirty).map(Alone.init)
        guard dirty.count > 1 else { return try dirty.forEach { try $0.file.synchronize() } }
        try Threads.each(dirty, atOnce: syncsAtOnce) { try $0.file.synchronize() }
    }

    /// Makes several files durable and moves them to their final paths, over older ones of those names (I3).
    public static func publish(_ files: [AsideFile]) throws {
        try synchronize(files)
        var folders: Set<String> = []
        for file in files {
            try file.move()
            folders.insert(Folder.split(file.finalPath).parent)
        }
        for folder in folders.sorted() { try Folder.synchronize(folder) }
    }
}

/// A file that one thread has to itself.
///
/// Unchecked because each file is in the list once, and the thread that made the list waits until all are done.
private struct Alone: @unchecked Sendable {
    let file: AsideFile
}
