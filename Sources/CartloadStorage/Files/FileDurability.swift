// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore
internal import Glibc

/// Files that another program wrote, made to survive a power cut.
public enum FileDurability {
    /// Makes a whole plain file and its name durable.
    ///
    /// - Throws: `CartloadError` when it is not there, is no plain file, or cannot be made durable.
    public static func ensure(_ path: String) throws {
        let descriptor = uninterrupted { open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK) }
        guard descriptor >= 0 else { throw SystemFailure.last.error("open the file", path, else: .readFailed) }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            throw CartloadError(.notAFile, "is no plain file", at: Location(source: path))
        }
        guard uninterrupted({ fsync(descriptor) }) == 0 else {
            throw SystemFailure.last.error("make the file durable", path, else: .writeFailed)
        }
        try Folder.synchronize(Folder.split(path).parent)
    }
}
