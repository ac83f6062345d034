// SPDX-License-Identifier: Apache-2.0

internal import Synchronization

/// What is done once before the first transfer and once after the last, for whoever shares it.
///
/// Links that use it together start it with the first of them and shut it down with the last.
public final class Lifecycle: Sendable {
    private let onStart: @Sendable () async throws -> Void
    private let onShutdown: @Sendable () async -> Void
    private let users = Mutex(0)
    private let turn = Turn()

    public init(
        start: @escaping @Sendable () async throws -> Void = {},
        shutdown: @escaping @Sendable () async -> Void = {}
    ) {
        onStart = start
        onShutdown = shutdown
    }

    /// Whether it is started and not shut down.
    public var isActive: Bool { users.withLock { $0 > 0 } }

    /// Starts it, unless it is.
    ///
    /// - Throws: What the hook throws; it is then not active.
    func start() async throws {
        try await turn.take { [self] in
            if users.withLock({ $0 }) == 0 { try await onStart() }
            users.withLock { $0 += 1 }
        }
    }

    /// Shuts it down with its last user.
    func shutdown() async {
        try? await turn.take { [self] in  // nothing in it throws
            let isLast = users.withLock { users in
                guard users > 0 else { return false }
                users -= 1
                return users == 0
            }
            if isLast { await onShutdown() }
        }
    }
}
