// SPDX-License-Identifier: Apache-2.0

public import CartloadCore
internal import Glibc
internal import Synchronization

/// The standard output of a child, read by one task at a time; it ends when the child and all who share it have closed it.
public final class ChildOutput: ByteReader, Sendable {
    public let name: String
    private let descriptor: Mutex<Descriptor?>
    private let bytesRead = Atomic(0)

    init(_ descriptor: Descriptor?, command: String) {
        name = command
        self.descriptor = Mutex(descriptor)
    }

    public var storedBytesRead: Int { bytesRead.load(ordering: .relaxed) }

    /// The pipe, while it is open.
    var pipe: Descriptor? { descriptor.withLock { $0 } }

    public func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        guard buffer.count > 0, let pipe else { return 0 }
        while true {
            try pipe.wait(for: POLLIN)
            if let count = try readSome(into: buffer, from: pipe) { return count }
        }
    }

    /// Reads what is there: 0 at the end, nil when there is nothing yet.
    func readSome(into buffer: UnsafeMutableRawBufferPointer, from pipe: Descriptor) throws -> Int? {
        let count = Glibc.read(pipe.number, buffer.baseAddress, buffer.count)
        if count >= 0 {
            bytesRead.add(count, ordering: .relaxed)
            return count
        }
        if errno == EAGAIN || errno == EINTR { return nil }
        throw CartloadError.pipeFailed(name, "read from", SystemFailure.last)
    }

    public var wouldWait: Bool {
        guard let pipe else { return false }
        var wanted = pollfd(fd: pipe.number, events: Int16(POLLIN), revents: 0)
        return poll(&wanted, 1, 0) == 0
    }

    /// Reads no more: a child that still writes gets SIGPIPE or an error.
    public func close() { descriptor.withLock { $0 = nil } }
}
