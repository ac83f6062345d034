// SPDX-License-Identifier: Apache-2.0

import Glibc

extension TemporaryFolder {
    /// Writes a file, and the folders that it needs, in place of what was there.
    ///
    /// - Returns: Its path.
    @discardableResult
    package func write(_ name: String, _ text: String) throws -> String {
        try Self.write(self(name), Array(text.utf8))
        return self(name)
    }

    package static func write(_ path: String, _ bytes: [UInt8]) throws {
        makeFolders(for: path)
        try put(bytes, in: open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644), at: 0)
    }

    /// Writes over a part of a file.
    package func overwrite(_ name: String, at offset: Int, with bytes: [UInt8]) throws {
        try Self.put(bytes, in: open(self(name), O_RDWR | O_CREAT | O_CLOEXEC, 0o644), at: offset)
    }

    private static func put(_ bytes: [UInt8], in file: Int32, at offset: Int) throws {
        guard file >= 0 else { throw POSIXFailure(code: errno) }
        defer { close(file) }
        guard pwrite(file, bytes, bytes.count, offset) == bytes.count else { throw POSIXFailure(code: errno) }
    }

    package func text(_ name: String) throws -> String { String(decoding: try bytes(name), as: UTF8.self) }

    package func bytes(_ name: String) throws -> [UInt8] { try Self.bytes(self(name)) }

    package static func bytes(_ path: String) throws -> [UInt8] {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw POSIXFailure(code: errno) }
        defer { close(file) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = read(file, &buffer, buffer.count)
            guard count >= 0 else { throw POSIXFailure(code: errno) }
            if count == 0 { return bytes }
            bytes += buffer[..<count]
        }
    }
}
