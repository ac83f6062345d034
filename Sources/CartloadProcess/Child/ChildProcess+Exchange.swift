// SPDX-License-Identifier: Apache-2.0

public import CartloadCore
internal import Glibc

extension ChildProcess {
    /// Writes and reads at the same time, so that neither side can be stuck with a full pipe: for requests and answers.
    ///
    /// - Parameters:
    ///   - bytes: What the child gets.
    ///   - limit: How long all of it may take; nil for as long as it takes. The child goes on after that.
    ///   - now: The time that passes, for tests.
    ///   - receive: Called with what the child writes, as it comes; says whether that is all there will be.
    /// - Throws: What `receive` throws; `CartloadError` with code `process.input-closed`, `process.output-ended` or
    ///   `process.timed-out`; `CancellationError`.
    public func exchange(
        _ bytes: Bytes, atMost limit: Duration? = nil, now: () -> Duration = ChildProcess.now,
        receive: (UnsafeRawBufferPointer) throws -> Bool
    ) throws {
        guard let target = input.pipe else { throw CartloadError.inputClosed(name) }
        guard let source = output.pipe else { throw CartloadError.outputEnded(name) }
        let deadline = limit.map { now() + $0 }
        let room = UnsafeMutableRawBufferPointer.allocate(byteCount: ChildProcess.exchangeRoom, alignment: 16)
        defer { room.deallocate() }
        try bytes.withUnsafeBytes { buffer in
            var rest = buffer[...]
            var isAnswered = false
            var wanted = [
                pollfd(fd: source.number, events: Int16(POLLIN), revents: 0),
                pollfd(fd: target.number, events: Int16(POLLOUT), revents: 0),
            ]
            while !isAnswered || !rest.isEmpty {
                if Task.isCancelled { throw CancellationError() }
                var patience = Duration.milliseconds(Int(Descriptor.patience))
                if let limit, let deadline {
                    let left = deadline - now()
                    if left <= .zero { throw CartloadError.timedOut(name, after: limit) }
                    patience = min(patience, left)
                }
                if rest.isEmpty { wanted[1].fd = -1 }
                // Rounded up, so that it does not spin through the last millisecond.
                let milliseconds = Int32((patience / Duration.milliseconds(1)).rounded(.up))
                guard poll(&wanted, 2, milliseconds) > 0 else { continue }
                if wanted[0].revents != 0, let count = try output.readSome(into: room, from: source) {
                    if count == 0 { throw CartloadError.outputEnded(name) }
                    isAnswered = try receive(UnsafeRawBufferPointer(rebasing: room[..<count]))
                }
                if wanted[1].fd >= 0, wanted[1].revents != 0 {
                    rest = rest.dropFirst(try input.writeSome(UnsafeRawBufferPointer(rebasing: rest), to: target))
                }
            }
        }
    }

    /// How much is read at once: the size of a pipe.
    private static let exchangeRoom = 64 << 10

    /// Monotonic time since some fixed point.
    public static func now() -> Duration {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
    }
}
