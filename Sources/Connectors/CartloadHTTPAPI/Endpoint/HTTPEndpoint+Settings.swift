// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore

extension HTTPEndpoint {
    static func settings(_ url: String) -> [Setting] {
        [
            Setting("url", .string, url, isRequired: true),
            Setting("headers", .mapping([]), "Headers of every request."),
            Setting("secret_headers", .mapping([]), "The same, for what must never be printed.", isSecret: true),
            Setting("bearer", .string, "A token for the header Authorization.", isSecret: true),
            Setting(
                "basic",
                .mapping([
                    Setting("user", .string, "The name.", isRequired: true),
                    Setting("password", .string, "The password.", isSecret: true),
                ]), "A name and password."),
            Setting("timeout", .any, "How long one exchange may take.", default: "60s"),
            Setting("retry", .mapping(HTTPAPIDefinition.retrySettings), "How often and how long a request is tried."),
        ]
    }

    init(_ configuration: Configuration) throws {
        self.init(configuration.string("url") ?? "")
        guard configuration["bearer"] == nil || configuration["basic"] == nil else {
            throw CartloadError(
                .wrongType, "\"bearer\" and \"basic\" exclude each other", at: configuration.location(of: "basic"))
        }
        if let token = configuration.string("bearer") { credentials = .bearer(token) }
        if let basic = try configuration.part("basic") {
            credentials = .basic(user: basic.string("user") ?? "", password: basic.string("password") ?? "")
        }
        headers = try HTTPEndpoint.texts("headers", configuration)
        secretHeaders = try HTTPEndpoint.texts("secret_headers", configuration)
        timeout = try configuration.duration("timeout", atLeast: .milliseconds(1)) ?? timeout
        retry = try RetryPolicy(configuration)
    }

    private static func texts(_ name: String, _ configuration: Configuration) throws -> [String: String] {
        var texts: [String: String] = [:]
        for (key, value) in configuration[name]?.objectValue?.members ?? [] {
            switch value {
            case .string(let text), .number(let text): texts[key] = text
            case .bool(let value): texts[key] = value.description
            default:
                throw CartloadError(
                    .wrongType, "\"\(configuration.path(of: name)).\(key)\" must be a text",
                    at: configuration.location(of: name))
            }
        }
        return texts
    }
}
