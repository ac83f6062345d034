// SPDX-License-Identifier: Apache-2.0

/// The token of an OAuth2 client; many requests that want one at once share the asking.
actor TokenKeeper {
    /// A token, and until when it is good for another request; nil where the server did not say.
    struct Token: Sendable {
        var text: String
        var end: Duration?
    }

    private var current: Token?
    private var asking: Task<Token, any Error>?

    /// The token, asked for when there is none that is good.
    ///
    /// - Throws: What asking throws; the next call asks again.
    func token(at now: Duration, _ ask: @escaping @Sendable () async throws -> Token) async throws -> String {
        if let current, current.end.map({ now < $0 }) ?? true { return current.text }
        if let asking { return try await asking.value.text }
        let task = Task { try await ask() }
        asking = task
        defer { asking = nil }
        let token = try await task.value
        current = token
        return token.text
    }

    /// Forgets a token that was refused, unless another has taken its place: requests that used the same one find that.
    func forget(_ text: String) { if current?.text == text { current = nil } }
}

extension TokenKeeper.Token {
    /// - Parameter lifetime: Seconds that it is valid; the last tenth of them, half a minute at most, is left unused, so that
    ///   requests under way do not outlive it.
    init(_ text: String, lifetime: Double?, from now: Duration) {
        self.init(
            text: text,
            end: lifetime.flatMap {
                $0 > 0 && $0 < 1e9 ? now + .milliseconds(Int(($0 - min(30, $0 / 10)) * 1000)) : nil
            })
    }
}
