// SPDX-License-Identifier: Apache-2.0

package import CartloadCore
internal import Glibc

/// A folder for the files that a program is started with; nobody else may read it, and it goes with the last reference.
package final class ProgramFolder: Sendable {
    let path: String

    package init() throws {
        let root = getenv("TMPDIR").map { String(cString: $0) } ?? "/" + "tmp"
        var template = Array("\(root)/cartload-XXXXXX".utf8CString)
        guard let made = mkdtemp(&template) else {
            throw CartloadError(
                .programUnusable,
                "no folder for temporary files can be made in \(root): \(String(cString: strerror(errno)))")
        }
        path = String(cString: made)
    }

    deinit {
        for name in ["config.json", "catalog.json", "state.json"] { unlink("\(path)/\(name)") }
        rmdir(path)
    }

    /// Writes one of the files and returns its path.
    package func write(_ name: String, _ value: JSONValue) throws -> String {
        let file = "\(path)/\(name)"
        let descriptor = open(file, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw CartloadError(
                .programUnusable, "a temporary file cannot be written: \(String(cString: strerror(errno)))",
                at: Location(source: file))
        }
        defer { close(descriptor) }
        try Bytes(value.description).withUnsafeBytes { buffer in
            var rest = buffer[...]
            while !rest.isEmpty {
                let part = UnsafeRawBufferPointer(rebasing: rest)
                let count = Glibc.write(descriptor, part.baseAddress, part.count)
                if count < 0 && errno == EINTR { continue }
                guard count >= 0 else {
                    throw CartloadError(
                        .programUnusable, "a temporary file cannot be written: \(String(cString: strerror(errno)))",
                        at: Location(source: file))
                }
                rest = rest.dropFirst(count)
            }
        }
        return file
    }
}
