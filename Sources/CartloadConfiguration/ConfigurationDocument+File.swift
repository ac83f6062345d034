// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore
internal import Glibc

extension CartloadError.Code {
    /// A configuration file cannot be read.
    static let configurationUnreadable = CartloadError.Code("config.unreadable")
}

extension ConfigurationDocument {
    /// Reads a file.
    ///
    /// - Throws: `CartloadError` with code `config.unreadable`, or those of ``init(parsing:source:environment:)``.
    public init(file path: String, environment: Environment = .process) throws {
        try self.init(parsing: try ConfigurationDocument.read(path), source: path, environment: environment)
    }

    private static func read(_ path: String) throws -> Bytes {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw unreadable(path) }
        defer { close(file) }
        var builder = BytesBuilder(capacity: 1 << 14)
        var block = [UInt8](repeating: 0, count: 1 << 14)
        // One byte more than the bound is enough to know that a file is too long.
        while builder.count <= maximumBytes {
            let count = block.withUnsafeMutableBytes { Glibc.read(file, $0.baseAddress, $0.count) }
            if count == 0 { break }
            if count < 0 {
                if errno == EINTR { continue }
                throw unreadable(path)
            }
            block.withUnsafeBytes { builder.append(UnsafeRawBufferPointer(rebasing: $0[..<count])) }
        }
        return builder.finish()
    }

    private static func unreadable(_ path: String) -> CartloadError {
        CartloadError(
            .configurationUnreadable, "the file cannot be read: \(String(cString: strerror(errno)))",
            at: Location(source: path), advice: "Check the path and its permissions.")
    }
}
