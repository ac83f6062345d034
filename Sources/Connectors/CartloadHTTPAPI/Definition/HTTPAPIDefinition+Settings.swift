// SPDX-License-Identifier: Apache-2.0

public import CartloadCore

extension HTTPAPIDefinition {
    /// What a definition's file can say.
    public static let fileSettings: [Setting] = [
        Setting("name", .string, "What the API is called.", isRequired: true),
        Setting("about", .string, "One sentence about it."),
        Setting("settings", .mapping([]), "What a user sets, by name: type, about, required, default, secret."),
        Setting("base_url", .string, "What all paths are put behind; a template.", isRequired: true),
        Setting("hosts", .strings, "Other hosts that pages may lead to; they get no credentials."),
        Setting("headers", .mapping([]), "Headers of every request."),
        Setting("params", .mapping([]), "Parameters of every request."),
        Setting("authentication", .mapping(authenticationSettings), "Who asks; one of these."),
        Setting("rate_limit", .mapping(rateLimitSettings), "How fast the API may be asked."),
        Setting("retry", .mapping(retrySettings), "How often and how long a request is tried."),
        Setting("limits", .mapping(limitSettings), "How large and how slow an answer may be."),
        Setting("errors", .list, "What answers mean, after the rules of a stream."),
        Setting("streams", .mapping([]), "The streams, by name.", isRequired: true),
    ]

    static let authenticationSettings: [Setting] = [
        Setting("bearer", .string, "A token for the header Authorization."),
        Setting(
            "api_key",
            .mapping([
                Setting("header", .string, "The header that the key goes to."),
                Setting("param", .string, "The parameter of the URL that the key goes to."),
                Setting("value", .string, "The key.", isRequired: true),
            ]), "A key for a header or parameter."),
        Setting(
            "basic",
            .mapping([
                Setting("user", .string, "The name.", isRequired: true),
                Setting("password", .string, "The password."),
            ]), "A name and password."),
        Setting("oauth", .mapping(oauthSettings), "An access token from an authorization server."),
    ]

    static let oauthSettings: [Setting] = [
        Setting("token_url", .string, "Where tokens are got.", isRequired: true),
        Setting("client_id", .string, "Who the client is.", isRequired: true),
        Setting("client_secret", .string, "The client's secret."),
        Setting("refresh_token", .string, "With one the grant is refresh_token, otherwise client_credentials."),
        Setting("token_file", .string, "The file that keeps a refresh token which the server gave in its place."),
        Setting("scopes", .string, "What the token may do."),
        Setting(
            "client_in", .choice(OAuthGrant.ClientPlace.allCases.map(\.rawValue)),
            "Where the client says who it is.", default: "body"),
        Setting("params", .mapping([]), "More parameters, such as audience."),
        Setting("renew_before", .any, "How long before its end a token is renewed.", default: "60s"),
    ]

    static let rateLimitSettings: [Setting] = [
        Setting("requests", .integer, "So many requests in any interval."),
        Setting("per", .any, "The interval.", default: "60s"),
        Setting("concurrency", .integer, "How many requests may be under way, for all streams together.", default: 8),
        Setting("remaining_header", .string, "The header that says how many requests are left."),
        Setting("reset_header", .string, "The header that says when there are more."),
        Setting(
            "reset", .choice(RateLimit.Reset.allCases.map(\.rawValue)),
            "Whether that is in seconds since 1970 or from now.", default: "epoch"),
    ]

    static let retrySettings: [Setting] = [
        Setting("tries", .integer, "How often a request is tried in all.", default: 6),
        Setting("time", .any, "How long it is tried in all.", default: "10m"),
        Setting("limited_time", .any, "How long answers that say to slow down may put it off in all.", default: "1h"),
        Setting("first_wait", .any, "The first wait; doubled for each one after it.", default: "1s"),
        Setting("longest_wait", .any, "The longest wait.", default: "60s"),
    ]

    static let limitSettings: [Setting] = [
        Setting("body_bytes", .integer, "The largest body.", default: .int(16 << 20)),
        Setting("time", .any, "How long an exchange may last.", default: "120s"),
    ]

    static let declaredSettings: [Setting] = [
        Setting(
            "type", .choice(["string", "integer", "number", "boolean", "strings", "any"]), "What values there can be.",
            default: "string"),
        Setting("about", .string, "One sentence."),
        Setting("required", .boolean, "Whether it must be set.", default: false),
        Setting("default", .any, "The value when it is not set."),
        Setting("secret", .boolean, "Whether the value must never be printed.", default: false),
    ]
}
