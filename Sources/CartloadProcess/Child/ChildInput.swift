// SPDX-License-Identifier: Apache-2.0

internal import CSpawn
public import CartloadCore
internal import Glibc
internal import Synchronization

/// The standard input of a child, written by one task at a time.
public final class ChildInput: Sendable {
    private let command: String
    private let descriptor: Mutex<Descriptor?>

    init(_ descriptor: Descriptor?, command: String) {
        self.command = command
        self.descriptor = Mutex(descriptor)
    }

    /// Whether ``close()`` was called, or there never was a pipe.
    public var isClosed: Bool { descriptor.withLock { $0 == nil } }

    /// The pipe, while it is open.
    var pipe: Descriptor? { descriptor.withLock { $0 } }

    /// Writes all bytes; blocks while the child does not read them.
    ///
    /// - Throws: `CartloadError` with code `process.input-closed` when the child reads no more; `CancellationError`.
    public func write(_ bytes: Bytes) throws { try bytes.withUnsafeBytes { try write($0) } }

    /// Writes all bytes of a buffer; blocks while the child does not read them.
    public func write(_ buffer: UnsafeRawBufferPointer) throws {
        guard let pipe else { throw CartloadError.inputClosed(command) }
        var rest = buffer[...]
        while !rest.isEmpty {
            try pipe.wait(for: POLLOUT)
            rest = rest.dropFirst(try writeSome(UnsafeRawBufferPointer(rebasing: rest), to: pipe))
        }
    }

    /// Writes what there is room for, perhaps nothing.
    func writeSome(_ buffer: UnsafeRawBufferPointer, to pipe: Descriptor) throws -> Int {
        let count = cl_spawn_write(pipe.number, buffer.baseAddress, buffer.count)
        if count >= 0 { return count }
        switch errno {
        case EAGAIN: return 0
        case EPIPE: throw CartloadError.inputClosed(command)
        default: throw CartloadError.pipeFailed(command, "write to", SystemFailure.last)
        }
    }

    /// Closes it, and says how to find out whether the child has left something unread once it has ended.
    ///
    /// What fits into the pipe can be written although nobody will read it: then a child that ends too early, and well, could
    /// not be told from one that has taken everything.
    public func closeKeepingRest() -> ChildInputRest {
        let path = pipe.map { "/proc/self/fd/\($0.number)" }
        let rest = path.map { open($0, O_RDONLY | O_NONBLOCK | O_CLOEXEC) } ?? -1
        close()
        return ChildInputRest(rest < 0 ? nil : Descriptor(rest))
    }

    /// Tells the child that nothing more comes; a write under way still goes on.
    public func close() { descriptor.withLock { $0 = nil } }
}
