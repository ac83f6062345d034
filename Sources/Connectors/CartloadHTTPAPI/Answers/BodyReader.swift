// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore

/// Reads a body that is in memory already, for formats that split a stream.
final class BodyReader: ByteReader {
    let name: String
    private(set) var storedBytesRead = 0
    private let body: Bytes

    init(_ body: Bytes, _ name: String) {
        self.body = body
        self.name = name
    }

    func read(into buffer: UnsafeMutableRawBufferPointer) -> Int {
        let count = min(buffer.count, body.count - storedBytesRead)
        guard count > 0 else { return 0 }
        body[storedBytesRead..<storedBytesRead + count].withUnsafeBytes { buffer.copyMemory(from: $0) }
        storedBytesRead += count
        return count
    }
}
