// SPDX-License-Identifier: Apache-2.0

public import CartloadCore
internal import Glibc

/// A file that is written aside and appears under its final name only when it is whole and durable (I3).
///
/// The calls are `(append* synchronize? suspend?)* publish` or `discard`. What is aside survives a crash, so that a run can
/// go on with it from a recorded ``length``.
public final class AsideFile {
    /// Where the file appears in the end.
    public let finalPath: String
    /// Where it is written.
    public let asidePath: String
    /// How many bytes have been written.
    public private(set) var length: Int
    private(set) var descriptor: Int32
    /// Whether something was written that may not survive a power cut.
    var isDirty = true
    /// Whether it was published, discarded or left.
    private var isEnded = false

    /// The path at which the file of a final path is written.
    ///
    /// - Parameter folder: The folder for it, on the same file system; by default the final path's own.
    public static func asidePath(for finalPath: String, in folder: String? = nil) -> String {
        let (parent, name) = Folder.split(finalPath)
        return Folder.join(folder ?? parent, ".\(name)\(suffix)")
    }

    /// Starts a file, or goes on with one that an earlier run left.
    ///
    /// - Parameters:
    ///   - folder: Where to write until then; by default beside the final path.
    ///   - resumingAt: A length recorded by an earlier run; what was written after it is cut off. nil starts anew.
    /// - Throws: `CartloadError`, with code `storage.file-changed` when the earlier file is missing or shorter than that.
    public init(_ finalPath: String, in folder: String? = nil, resumingAt recorded: Int? = nil) throws {
        try AsideFile.checkReplaceable(finalPath)
        self.finalPath = finalPath
        asidePath = AsideFile.asidePath(for: finalPath, in: folder)
        let path = asidePath
        let flags = O_WRONLY | O_CLOEXEC | O_NOFOLLOW | (recorded == nil ? O_CREAT : 0)
        length = recorded ?? 0
        repeat {
            descriptor = uninterrupted { open(path, flags, 0o666) }
            guard descriptor >= 0 else {
                let failure = SystemFailure.last
                if recorded != nil, failure.number == ENOENT { throw AsideFile.changed(path) }
                // Where the folder is missing, the file's own name says it; otherwise the one aside cannot be made.
                throw failure.error("create the file", failure.number == ENOENT ? finalPath : path, else: .writeFailed)
            }
            // Two writers of one file, in this process or another, would mix their bytes. Some network file systems have
            // no locks; there this is not noticed.
            if !AsideFile.lock(descriptor) {
                close(descriptor)
                throw CartloadError(
                    .inUse, "cannot write the file: somebody else is writing it", at: Location(source: finalPath),
                    advice: "Give each destination and each run a file of its own, or wait for the other run to end.")
            }
        } while !AsideFile.isCurrent(descriptor, path)
        guard let recorded else {
            guard uninterrupted({ ftruncate(descriptor, 0) }) == 0 else {
                let failure = SystemFailure.last
                close(descriptor)
                throw failure.error("create the file", path, else: .writeFailed)
            }
            return
        }
        do {
            var status = stat()
            guard fstat(descriptor, &status) == 0 else {
                throw SystemFailure.last.error("look at the file", path, else: .writeFailed)
            }
            guard Int(status.st_size) >= recorded else { throw AsideFile.changed(path) }
            guard uninterrupted({ ftruncate(descriptor, off_t(recorded)) }) == 0,
                lseek(descriptor, off_t(recorded), Int32(SEEK_SET)) >= 0
            else { throw SystemFailure.last.error("go on with the file", path, else: .writeFailed) }
        } catch {
            closeDescriptor()
            throw error
        }
    }

    deinit { closeDescriptor() }

    /// Whether the lock of a file is to be had.
    ///
    /// Who removes abandoned files holds it for a moment, which is waited for.
    private static func lock(_ descriptor: Int32) -> Bool {
        for attempt in 1... {
            if uninterrupted({ flock(descriptor, LOCK_EX | LOCK_NB) }) == 0 || errno != EWOULDBLOCK { return true }
            if attempt == 20 { break }
            usleep(5_000)
        }
        return false
    }

    /// Writes bytes at the end.
    ///
    /// - Throws: `CartloadError` with code `storage.disk-full` and others; the file then has an undefined tail after
    ///   ``length``, which resuming cuts off.
    public func append(_ bytes: Bytes) throws {
        try bytes.withUnsafeBytes { try append($0) }
    }

    /// Writes a buffer at the end.
    public func append(_ buffer: UnsafeRawBufferPointer) throws {
        try reopen()
        isDirty = true
        var rest = buffer[...]
        while !rest.isEmpty {
            let part = UnsafeRawBufferPointer(rebasing: rest)
            let count = uninterrupted { write(descriptor, part.baseAddress, part.count) }
            guard count >= 0 else {
                throw SystemFailure.last.error("write the file", finalPath, at: length, else: .writeFailed)
            }
            length += count
            rest = rest.dropFirst(count)
        }
    }

    /// Makes everything written so far survive a power cut, still aside (I1).
    public func synchronize() throws {
        guard isDirty else { return }
        let wasSuspended = descriptor < 0
        try reopen()
        defer { if wasSuspended { closeDescriptor() } }
        guard uninterrupted({ fsync(descriptor) }) == 0 else {
            throw SystemFailure.last.error("make the file durable", finalPath, else: .writeFailed)
        }
        isDirty = false
    }

    /// Gives the descriptor back until the next call, so that more files can be under way than a process may hold open.
    public func suspend() { closeDescriptor() }

    /// Opens a suspended file again.
    private func reopen() throws {
        precondition(!isEnded, "the file is closed")
        guard descriptor < 0 else { return }
        descriptor = uninterrupted { open(asidePath, O_WRONLY | O_CLOEXEC | O_NOFOLLOW) }
        guard descriptor >= 0 else {
            let failure = SystemFailure.last
            if failure.number == ENOENT { throw AsideFile.changed(asidePath) }
            throw failure.error("go on with the file", asidePath, else: .writeFailed)
        }
        guard lseek(descriptor, off_t(length), Int32(SEEK_SET)) >= 0 else {
            throw SystemFailure.last.error("go on with the file", asidePath, else: .writeFailed)
        }
    }

    /// Makes the file durable and moves it to its final path, over an older one of that name; that is durable too (I3).
    public func publish() throws { try AsideFile.publish([self]) }

    /// Moves a durable file to its final path, or to another one.
    func move(to path: String? = nil) throws {
        guard rename(asidePath, path ?? finalPath) == 0 else {
            let failure = SystemFailure.last
            if failure.number == EXDEV {
                throw CartloadError(
                    .writeFailed, "cannot move the file from \(asidePath), which is on another file system",
                    at: Location(source: finalPath), advice: "Write aside in a folder on the same file system.")
            }
            throw failure.error("move the file into place", finalPath, else: .writeFailed)
        }
        isEnded = true
        closeDescriptor()
    }

    /// Gives the file up and removes what was written.
    public func discard() {
        guard !isEnded else { return }
        isEnded = true
        closeDescriptor()
        unlink(asidePath)
    }

    /// Stops writing and leaves what was written aside, for a later run to go on with.
    public func leave() {
        isEnded = true
        // A child process that is just being started has the descriptor too, and would keep the lock a moment longer.
        if descriptor >= 0 { flock(descriptor, LOCK_UN) }
        closeDescriptor()
    }

    private func closeDescriptor() {
        if descriptor >= 0 { close(descriptor) }
        descriptor = -1
    }

    /// Makes sure that nothing but a plain file will be replaced: renaming over a device, a pipe or a link would destroy
    /// it, and a program that runs as root could take /dev/null away from the whole machine.
    ///
    /// - Throws: `CartloadError` with code `storage.not-a-file` or `storage.is-folder`.
    private static func checkReplaceable(_ path: String) throws {
        let name = Folder.split(path).name
        guard !name.isEmpty, name != "/" else {
            throw CartloadError(
                .notAFile, "a file needs a name", at: Location(source: path),
                advice: "Name a file, a folder with / at its end, or - for standard output.")
        }
        var status = stat()
        guard lstat(path, &status) == 0 else { return }  // what is wrong with the path shows when it is opened
        let kind: String
        switch status.st_mode & S_IFMT {
        case S_IFREG: return
        case S_IFDIR: throw SystemFailure(number: EISDIR).error("write the file", path, else: .writeFailed)
        case S_IFLNK: kind = "a symbolic link"
        case S_IFIFO: kind = "a pipe"
        case S_IFSOCK: kind = "a socket"
        default: kind = "a device"
        }
        throw CartloadError(
            .notAFile, "cannot write the file: it is \(kind), which would be replaced", at: Location(source: path),
            advice: "Name a plain file, or write to standard output with - and redirect it.")
    }

    /// Whether an open file is still the one at its path; closes it when another writer has just moved it away.
    private static func isCurrent(_ descriptor: Int32, _ path: String) -> Bool {
        var opened = stat()
        var named = stat()
        if fstat(descriptor, &opened) == 0, stat(path, &named) == 0, opened.st_ino == named.st_ino { return true }
        close(descriptor)
        return false
    }

    private static func changed(_ path: String) -> CartloadError {
        CartloadError(
            .fileChanged, "the unfinished file of the earlier run is missing or shorter than recorded",
            at: Location(source: path), advice: "Start again with --fresh.")
    }
}
