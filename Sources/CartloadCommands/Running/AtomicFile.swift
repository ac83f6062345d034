// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore
internal import Glibc

/// Writes small files so that a reader sees the old or the new one, never a part (I3).
enum AtomicFile {
    static func write(_ text: String, to path: String) throws {
        let aside = "\(path).\(getpid()).tmp"
        let file = open(aside, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard file >= 0 else { throw failure(path) }
        var text = text
        let isWritten = text.withUTF8 { bytes in
            var written = 0
            while written < bytes.count {
                let count = Glibc.write(file, bytes.baseAddress.map { $0 + written }, bytes.count - written)
                if count < 0, errno != EINTR { return false }
                written += max(0, count)
            }
            return fsync(file) == 0
        }
        let problem = errno
        close(file)
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
