// SPDX-License-Identifier: Apache-2.0

/// What the page asks the server for.
enum DashboardRoute: Sendable, Hashable {
    /// Whose credentials these are.
    case session
    /// The overview as it changes, as server-sent events.
    case events
    case pipeline(id: String)
    /// Newest first; `?offset`, `?limit`, `?failed=1`.
    case chunks(id: String)
    /// `?from`, `?limit`.
    case failures(id: String)

    /// Nil when the path is none of these; a tenant called `dashboard` keeps its own.
    init?(_ segments: [String]) {
        guard segments.first == "dashboard" else { return nil }
        switch (segments.count, segments.dropFirst().first) {
        case (2, "session"): self = .session
        case (2, "events"): self = .events
        case (3, "pipelines"): self = .pipeline(id: segments[2])
        case (4, "pipelines") where segments[3] == "chunks": self = .chunks(id: segments[2])
        case (4, "pipelines") where segments[3] == "failures": self = .failures(id: segments[2])
        default: return nil
        }
    }
}
