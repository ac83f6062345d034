// SPDX-License-Identifier: Apache-2.0

/// Time that passes and is never set back.
public enum Uptime {
    private static let start = ContinuousClock.now

    /// How long it is since this was first asked.
    @Sendable public static func now() -> Duration { start.duration(to: .now) }
}
