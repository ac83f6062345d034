// SPDX-License-Identifier: Apache-2.0

public import CartloadCore
internal import Glibc
internal import Synchronization

/// Where the lines that a program of a message protocol prints go, one whole line at a time.
public struct LineOutput: Sendable {
    private let write: @Sendable (UnsafeRawBufferPointer) throws -> Void
    /// Whether a line could be written now without waiting for the reader.
    public let isReady: @Sendable () -> Bool

    /// - Parameter write: Takes whole lines.
    public init(
        isReady: @escaping @Sendable () -> Bool = { true },
        _ write: @escaping @Sendable (UnsafeRawBufferPointer) throws -> Void
    ) {
        self.write = write
        self.isReady = isReady
    }

    /// Writes a buffer of whole lines.
    public func put(_ buffer: UnsafeRawBufferPointer) throws { try write(buffer) }

    /// Writes one line.
    public func put(line: Bytes) throws {
        var text = BytesBuilder(capacity: line.count + 1)
        text.append(line)
        text.append(UInt8(ascii: "\n"))
        try text.withUnsafeBytes { try write($0) }
    }

    /// A file descriptor.
    ///
    /// - Parameter code: What the error is when it cannot be written, as when the reader has gone.
    public static func descriptor(
        _ descriptor: Int32, name: String = "stdout", failingWith code: CartloadError.Code
    ) -> LineOutput {
        let isReady: @Sendable () -> Bool = {
            var wanted = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
            return poll(&wanted, 1, 0) != 0
        }
        let turn = Turn()
        return LineOutput(isReady: isReady) { buffer in
            try turn.take {
                var rest = buffer[...]
                while !rest.isEmpty {
                    let part = UnsafeRawBufferPointer(rebasing: rest)
                    let count = Glibc.write(descriptor, part.baseAddress, part.count)
                    if count < 0 && errno == EINTR { continue }
                    guard count >= 0 else {
                        throw CartloadError(
                            code, "messages cannot be written: \(String(cString: strerror(errno)))",
                            at: Location(source: name),
                            advice: errno == EPIPE
                                ? "The program that reads them has ended; look at its messages." : nil)
                    }
                    rest = rest.dropFirst(count)
                }
            }
        }
    }

    /// Keeps the lines of several threads whole: a full pipe takes a part of a line at a time.
    private final class Turn: Sendable {
        private let isTaken = Mutex(())

        func take(_ body: () throws -> Void) throws { try isTaken.withLock { _ in try body() } }
    }
}
