// SPDX-License-Identifier: Apache-2.0

public import CartloadCore
internal import CartloadStorage
internal import Glibc

/// The descriptor that records are printed to.
struct StandardOutput: Sendable {
    /// Another one in tests.
    var descriptor: Int32 = 1

    /// Writes all bytes; blocks while nobody reads them.
    func write(_ bytes: Bytes) throws {
        try bytes.withUnsafeBytes { buffer in
            var written = 0
            while written < buffer.count {
                let step = Glibc.write(descriptor, buffer.baseAddress.map { $0 + written }, buffer.count - written)
                if step < 0 && errno == EINTR { continue }
                guard step >= 0 else {
                    throw CartloadError(
                        errno == EPIPE ? .outputClosed : .writeFailed,
                        "standard output cannot be written: \(String(cString: strerror(errno)))",
                        at: Location(source: "stdout"))
                }
                written += step
            }
        }
    }
}

extension CartloadError.Code {
    /// Whoever read standard output has gone.
    public static let outputClosed = CartloadError.Code("files.output-closed")
}
