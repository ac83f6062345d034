// SPDX-License-Identifier: Apache-2.0

import Glibc
import Testing

/// A folder of its own for a test, removed with the last reference.
final class TemporaryFolder: Sendable {
    let path: String

    init() throws {
        let root = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
        var template = Array("\(root)/cartload-XXXXXX".utf8CString)
        guard let made = mkdtemp(&template) else { throw POSIXFailure(code: errno) }
        path = String(cString: made)
    }

    deinit { TemporaryFolder.removeAll(path) }

    private static func removeAll(_ path: String) {
        if let folder = opendir(path) {
            while let entry = readdir(folder) {
                let name = withUnsafeBytes(of: &entry.pointee.d_name) { raw in
                    String(decoding: raw.prefix { $0 != 0 }, as: UTF8.self)
                }
                if name != ".", name != ".." { removeAll("\(path)/\(name)") }
            }
            closedir(folder)
        }
        _ = Glibc.remove(path)
    }

    func write(_ name: String, _ text: String) throws { try overwrite(name, at: 0, with: Array(text.utf8)) }

    func overwrite(_ name: String, at offset: Int, with bytes: [UInt8]) throws {
        let file = open("\(path)/\(name)", O_RDWR | O_CREAT, 0o644)
        defer { close(file) }
        guard file >= 0, pwrite(file, bytes, bytes.count, offset) == bytes.count else {
            throw POSIXFailure(code: errno)
        }
    }

    func remove(_ name: String) throws {
        guard Glibc.remove("\(path)/\(name)") == 0 else { throw POSIXFailure(code: errno) }
    }
}

struct POSIXFailure: Error { let code: Int32 }
