// SPDX-License-Identifier: Apache-2.0

public import CartloadCore

/// How a client asks, and its bounds (I7).
public struct ClientOptions: Sendable {
    /// How long one request may take, waits for results included.
    public var timeout: Duration
    /// How often a request is tried again that the server asks to repeat, or whose answer was lost.
    public var maximumRetries: Int
    /// For how long a request is tried again while there is no server, or none that works, however often that is; nil leaves
    /// it at ``maximumRetries``. What a busy server asks for (429) has no end then: it does answer.
    public var patience: Duration?
    /// The first wait before another try; later ones are twice as long each, and each is shortened by chance. What a server
    /// asks for counts instead.
    public var retryInterval: Duration
    /// The longest wait before another try.
    public var maximumRetryInterval: Duration
    /// Bytes of an answer.
    public var maximumAnswer: Int
    /// A file of certificates to trust, in PEM form, in place of the system's.
    public var certificateAuthorities: String?
    public var clock: RunClock

    public init(
        timeout: Duration = .seconds(60), maximumRetries: Int = 5, retryInterval: Duration = .milliseconds(500),
        maximumRetryInterval: Duration = .seconds(30), maximumAnswer: Int = 256 << 20,
        certificateAuthorities: String? = nil, clock: RunClock = .system, patience: Duration? = nil
    ) {
        self.patience = patience
        self.timeout = timeout
        self.maximumRetries = maximumRetries
        self.retryInterval = retryInterval
        self.maximumRetryInterval = maximumRetryInterval
        self.maximumAnswer = maximumAnswer
        self.certificateAuthorities = certificateAuthorities
        self.clock = clock
    }
}
