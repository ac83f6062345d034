// SPDX-License-Identifier: Apache-2.0

import CartloadCore
import Dispatch

/// A reader that is empty until somebody gives it something, as a pipe is.
///
/// Unchecked because the semaphore orders what the giver writes before what the reader reads.
final class GatedReader: ByteReader, @unchecked Sendable {
    let name = "stdin"
    private(set) var storedBytesRead = 0
    private let gate = DispatchSemaphore(value: 0)
    private let lock = DispatchSemaphore(value: 1)
    private var texts: [[UInt8]] = []

    /// Gives the reader a text; an empty one is the end.
    func give(_ text: String) {
        lock.wait()
        texts.append(Array(text.utf8))
        lock.signal()
        gate.signal()
    }

    /// With nothing to give there would be a wait.
    var wouldWait: Bool {
        lock.wait()
        defer { lock.signal() }
        return texts.isEmpty
    }

    func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        gate.wait()
        lock.wait()
        defer { lock.signal() }
        let text = texts.removeFirst()
        precondition(text.count <= buffer.count, "a test's texts fit into a block")
        buffer.copyBytes(from: text)
        storedBytesRead += text.count
        return text.count
    }
}
