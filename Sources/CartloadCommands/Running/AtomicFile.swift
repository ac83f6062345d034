// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore
internal import Glibc

/// Writes small files so that a reader sees the old or the new one, never a part (I3).
enum AtomicFile {
    static func write(_ text: String, to path: String) throws {
        // Devices, pipes and links are written to: renaming over /dev/stderr or /dev/null would destroy them.
        var status = stat()
        let isInPlace = lstat(path, &status) == 0 && status.st_mode & S_IFMT != S_IFREG
        let aside = isInPlace ? path : "\(path).\(getpid()).tmp"
        let flags = O_WRONLY | O_CLOEXEC | (isInPlace ? 0 : O_CREAT | O_TRUNC)
        let file = open(aside, flags, 0o644)
        guard file >= 0 else { throw failure(path) }
        var text = text
        let isWritten = text.withUTF8 { bytes in
            var written = 0
            while written < bytes.count {
                let count = Glibc.write(file, bytes.baseAddress.map { $0 + written }, bytes.count - written)
                if count < 0, errno != EINTR { return false }
                written += max(0, count)
            }
            return isInPlace || fsync(file) == 0
        }
        let problem = errno
        close(file)
        if isInPlace {
            guard isWritten else { throw failure(path, problem) }
            return
        }
        guard isWritten, rename(aside, path) == 0 else {
            let error = isWritten ? failure(path) : failure(path, problem)
            unlink(aside)
            throw error
        }
    }

    private static func failure(_ path: String, _ number: Int32 = errno) -> CartloadError {
        CartloadError(
            .outputFailed, "the file cannot be written: \(String(cString: strerror(number)))",
            at: Location(source: path), advice: "Check that the directory is there and can be written.")
    }
}
