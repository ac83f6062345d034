// SPDX-License-Identifier: Apache-2.0

import Glibc
import Testing

/// A folder of its own for a test, removed with the last reference.
final class TemporaryFolder: Sendable {
    let path: String

    init() throws {
        // In memory where there is such a place: thousands of small files are synced here.
        let inMemory = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp"
        let root = getenv("TMPDIR").map { String(cString: $0) } ?? inMemory
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

    func write(_ name: String, _ text: String) throws { try Self.write("\(path)/\(name)", Array(text.utf8)) }

    static func write(_ path: String, _ bytes: [UInt8]) throws {
        let file = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o644)
        defer { close(file) }
        guard file >= 0, Glibc.write(file, bytes, bytes.count) == bytes.count else { throw POSIXFailure(code: errno) }
    }

    func overwrite(_ name: String, at offset: Int, with bytes: [UInt8]) throws {
        let file = open("\(path)/\(name)", O_RDWR | O_CREAT, 0o644)
        defer { close(file) }
        guard file >= 0, pwrite(file, bytes, bytes.count, offset) == bytes.count else {
            throw POSIXFailure(code: errno)
        }
    }

    func text(_ name: String) throws -> String { String(decoding: try bytes(name), as: UTF8.self) }

    func bytes(_ name: String) throws -> [UInt8] { try TemporaryFolder.bytes("\(path)/\(name)") }

    static func bytes(_ path: String) throws -> [UInt8] {
        let file = open(path, O_RDONLY)
        defer { close(file) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = file < 0 ? -1 : read(file, &buffer, buffer.count)
            guard count >= 0 else { throw POSIXFailure(code: errno) }
            if count == 0 { return bytes }
            bytes += buffer[..<count]
        }
    }

    /// The names of everything in a folder, sorted.
    func names(_ name: String = "") -> [String] {
        guard let folder = opendir(name.isEmpty ? path : "\(path)/\(name)") else { return [] }
        defer { closedir(folder) }
        var names: [String] = []
        while let entry = readdir(folder) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { raw in
                String(decoding: raw.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    func make(_ name: String) throws {
        guard mkdir("\(path)/\(name)", 0o755) == 0 else { throw POSIXFailure(code: errno) }
    }

    func remove(_ name: String) throws {
        guard Glibc.remove("\(path)/\(name)") == 0 else { throw POSIXFailure(code: errno) }
    }
}

struct POSIXFailure: Error { let code: Int32 }
