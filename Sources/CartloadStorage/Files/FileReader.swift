// SPDX-License-Identifier: Apache-2.0

public import CartloadCore
internal import Glibc

/// Reads a local file, or standard input, from front to back.
public final class FileReader: SkippingByteReader {
    public let name: String
    /// How many bytes have been handed out or skipped.
    public private(set) var storedBytesRead = 0
    /// The file's length when it was opened; nil for pipes and devices, which have none.
    public let byteCount: Int?
    private let descriptor: Int32
    private let isOwned: Bool

    /// Opens a file.
    ///
    /// - Throws: `CartloadError` with code `storage.not-found`, `storage.permission-denied`, `storage.is-folder` or
    ///   `storage.read-failed`.
    public convenience init(path: String) throws {
        let descriptor = uninterrupted { open(path, O_RDONLY | O_CLOEXEC) }
        guard descriptor >= 0 else {
            throw SystemFailure.last.error("open the file", path, else: .readFailed)
        }
        do {
            try self.init(descriptor: descriptor, name: path, isOwned: true)
        } catch {
            close(descriptor)
            throw error
        }
    }

    /// Whether a path leads to a pipe or a device, which can be read only once and from the front.
    public static func isReadOnce(_ path: String) -> Bool {
        var status = stat()
        guard stat(path, &status) == 0 else { return false }
        return status.st_mode & S_IFMT != S_IFREG && status.st_mode & S_IFMT != S_IFDIR
    }

    /// Standard input.
    public static func standardInput() throws -> FileReader {
        try FileReader(descriptor: 0, name: "stdin", isOwned: false)
    }

    /// Reads from an open descriptor and, if it owns it, closes it in the end.
    package init(descriptor: Int32, name: String, isOwned: Bool) throws {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else {
            throw SystemFailure.last.error("look at the file", name, else: .readFailed)
        }
        if status.st_mode & S_IFMT == S_IFDIR {
            throw SystemFailure(number: EISDIR).error("read the file", name, else: .readFailed)
        }
        let isRegular = status.st_mode & S_IFMT == S_IFREG
        if isRegular { posix_fadvise(descriptor, 0, 0, POSIX_FADV_SEQUENTIAL) }
        self.name = name
        self.descriptor = descriptor
        self.isOwned = isOwned
        byteCount = isRegular ? Int(status.st_size) : nil
    }

    deinit { if isOwned { close(descriptor) } }

    public func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        guard buffer.count > 0 else { return 0 }
        if byteCount == nil { try waitForInput() }
        let count = uninterrupted { Glibc.read(descriptor, buffer.baseAddress, buffer.count) }
        guard count >= 0 else {
            throw SystemFailure.last.error("read the file", name, at: storedBytesRead, else: .readFailed)
        }
        storedBytesRead += count
        return count
    }

    /// Waits until a pipe or terminal has something, so that a cancelled task is not stuck in a read.
    private func waitForInput() throws {
        var wanted = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        while true {
            if Task.isCancelled { throw CancellationError() }
            let ready = poll(&wanted, 1, 100)
            if ready > 0 || (ready < 0 && errno != EINTR) { return }
        }
    }

    public var wouldWait: Bool {
        guard byteCount == nil else { return false }
        var wanted = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        return poll(&wanted, 1, 0) == 0
    }

    public func skip(to offset: Int) throws {
        precondition(offset >= storedBytesRead, "a file is read forward")
        if offset == storedBytesRead { return }
        if let byteCount {
            guard offset <= byteCount else { throw tooShort(offset) }
            guard lseek(descriptor, off_t(offset - storedBytesRead), Int32(SEEK_CUR)) >= 0 else {
                throw SystemFailure.last.error("move in the file", name, at: storedBytesRead, else: .readFailed)
            }
            storedBytesRead = offset
            return
        }
        let room = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 16, alignment: 16)
        defer { room.deallocate() }
        while storedBytesRead < offset {
            let wanted = min(room.count, offset - storedBytesRead)
            if try read(into: UnsafeMutableRawBufferPointer(rebasing: room[..<wanted])) == 0 { throw tooShort(offset) }
        }
    }

    private func tooShort(_ offset: Int) -> CartloadError {
        CartloadError(
            .fileChanged, "the file ends before byte \(offset), where reading should go on", at: Location(source: name),
            advice: "The file is not the one of the earlier run; start again with --fresh.")
    }
}
