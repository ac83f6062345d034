// SPDX-License-Identifier: Apache-2.0

internal import CartloadConfiguration
public import CartloadCore

extension HTTPAPIDefinition {
    /// Reads a definition's file.
    ///
    /// - Throws: `CartloadError`, located at the line.
    public init(file path: String) throws {
        let document = try ConfigurationDocument(file: path)
        try self.init(document.value, positions: document.positions)
    }

    /// From a value.
    ///
    /// - Parameters:
    ///   - path: Where it stands in its file.
    /// - Throws: `CartloadError`, located at the line.
    public init(
        _ value: JSONValue, path: String = "", positions: Configuration.Positions = Configuration.Positions()
    ) throws {
        guard let object = value.objectValue else {
            throw CartloadError(
                .apiDefinition, "the definition is no mapping", at: positions.location(of: path),
                advice: "Begin it with name, base_url and streams.")
        }
        let top = try Configuration(
            object, settings: HTTPAPIDefinition.fileSettings, path: path, positions: positions)
        let shared = try AnswerRule.rules(top)
        self.init(
            top.string("name") ?? "", baseURL: try top.requiredTemplate("base_url"),
            settings: try HTTPAPIDefinition.settings(top), hosts: top.strings("hosts") ?? [],
            headers: try top.fields("headers"), params: try top.fields("params"),
            authentication: try Authentication(top), rateLimit: try RateLimit(top), retry: try RetryPolicy(top),
            streams: try StreamDefinition.streams(top, shared))
        if let limits = try top.part("limits", HTTPAPIDefinition.limitSettings) {
            maximumBodyBytes = try limits.integer("body_bytes", in: 1...1 << 30) ?? maximumBodyBytes
            timeout = try limits.duration("time", atLeast: .milliseconds(1)) ?? timeout
        }
    }

    private static func settings(_ top: Configuration) throws -> [Setting] {
        guard let declared = top["settings"]?.objectValue else { return [] }
        let part = try Configuration(
            declared, settings: declared.keys.map { Setting($0, .mapping(declaredSettings), "") },
            path: top.path(of: "settings"), positions: top.positions)
        return try declared.keys.map { name in
            let one = try part.part(name, declaredSettings)
            let kind: Setting.Kind =
                switch one?.string("type") {
                case "integer"?: .integer
                case "number"?: .number
                case "boolean"?: .boolean
                case "strings"?: .strings
                case "any"?: .any
                default: .string
                }
            return Setting(
                name, kind, one?.string("about") ?? "Set it under config or secrets.",
                isRequired: one?.boolean("required") ?? false,
                default: one?["default"].flatMap { $0.isNull ? JSONValue?.none : $0 },
                isSecret: one?.boolean("secret") ?? false)
        }
    }
}

extension RateLimit {
    fileprivate init(_ top: Configuration) throws {
        self.init()
        guard let part = try top.part("rate_limit", HTTPAPIDefinition.rateLimitSettings) else { return }
        requests = try part.integer("requests", in: 1...RateLimit.maximumRequests)
        interval = try part.duration("per", atLeast: .milliseconds(1)) ?? interval
        concurrency = try part.integer("concurrency", in: 1...256) ?? concurrency
        remainingHeader = part.string("remaining_header")
        resetHeader = part.string("reset_header")
        reset = part.string("reset").flatMap(Reset.init) ?? reset
    }
}

extension RetryPolicy {
    init(_ top: Configuration) throws {
        self.init()
        guard let part = try top.part("retry", HTTPAPIDefinition.retrySettings) else { return }
        tries = try part.integer("tries", in: 1...1000) ?? tries
        time = try part.duration("time") ?? time
        limitedTime = try part.duration("limited_time") ?? limitedTime
        firstWait = try part.duration("first_wait") ?? firstWait
        longestWait = try part.duration("longest_wait") ?? longestWait
    }
}
