// SPDX-License-Identifier: Apache-2.0

public import CartloadCore
public import CartloadFlow

/// Where a connector's messages go; what is said in words passes the redaction first (I8).
public struct AirbyteOutput: Sendable {
    let lines: LineOutput
    public let clock: RunClock
    private let redact: @Sendable (String) -> String
    private let isDebugging: Bool

    /// - Parameters:
    ///   - redact: Takes secrets out of a text.
    ///   - isDebugging: Whether LOG messages of the level DEBUG are sent.
    public init(
        _ lines: LineOutput = .airbyteOutput, clock: RunClock = .system, isDebugging: Bool = false,
        redact: @escaping @Sendable (String) -> String = { $0 }
    ) {
        self.lines = lines
        self.clock = clock
        self.redact = redact
        self.isDebugging = isDebugging
    }

    /// Sends a message.
    public func send(_ message: JSONValue) throws { try lines.put(line: Bytes(message.description)) }

    public func log(_ level: AirbyteLogLevel, _ text: String) throws {
        if level == .debug, !isDebugging { return }
        try send(AirbyteMessage.log(level, redact(text)))
    }

    public func connectionStatus(failure: String?) throws {
        try send(AirbyteMessage.connectionStatus(failure: failure.map(redact)))
    }

    func status(_ stream: StreamDescriptor, _ status: StreamStatus) throws {
        try send(AirbyteMessage.streamStatus(stream, status, at: clock.wall().microseconds))
    }

    /// An error for people, on one line.
    public static func sentence(of error: any Error) -> String {
        guard let error = error as? CartloadError else { return String(describing: error) }
        let place = error.location.description
        var text = place.isEmpty ? error.message : "\(place): \(error.message)"
        if let cause = error.cause { text += " (\(cause))" }
        if let advice = error.advice { text += ". \(advice)" }
        return text
    }

    /// Says what went wrong: the sentence for people, and all that is known for those who look closer.
    public func report(_ error: any Error, stream: StreamDescriptor? = nil) throws {
        let whole = String(describing: error)
        try log(.error, whole)
        if let stream { try status(stream, .incomplete) }
        try send(
            AirbyteMessage.error(
                redact(AirbyteOutput.sentence(of: error)), internalMessage: redact(whole), FailureType(of: error),
                stream: stream, at: clock.wall().microseconds))
    }
}

extension LineOutput {
    /// This process's standard output.
    public static let airbyteOutput = LineOutput.descriptor(1, failingWith: .airbyteOutput)
}
