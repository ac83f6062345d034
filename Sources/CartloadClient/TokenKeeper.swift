// SPDX-License-Identifier: Apache-2.0

/// The token of an OAuth2 client; many requests that want one at once share the asking.
actor TokenKeeper {
    private var current: String?
    private var asking: Task<String, any Error>?

    /// The token, asked for when there is none yet.
    func token(_ ask: @escaping @Sendable () async throws -> String) async throws -> String {
        if let current { return current }
        return try await renew(ask)
    }

    /// Another token.
    @discardableResult
    func renew(_ ask: @escaping @Sendable () async throws -> String) async throws -> String {
        if let asking { return try await asking.value }
        current = nil
        let task = Task { try await ask() }
        asking = task
        defer { asking = nil }
        let token = try await task.value
        current = token
        return token
    }
}
