// SPDX-License-Identifier: Apache-2.0

public import CartloadCore

/// What a check of somebody's tap or target found about one rule.
public struct Finding: Sendable, Hashable {
    public enum Verdict: String, Sendable, Hashable {
        case passed
        /// Legal, and yet some programs will trip over it.
        case warned
        case failed
        /// It could not be looked at, or the program does not offer it.
        case skipped
    }

    public var verdict: Verdict
    /// The rule, a short sentence.
    public var rule: String
    /// What was seen, for all but passed rules.
    public var detail: String?

    public init(_ verdict: Verdict, _ rule: String, _ detail: String? = nil) {
        self.verdict = verdict
        self.rule = rule
        self.detail = detail
    }

    /// For programs.
    public var json: JSONValue {
        var object = JSONObject([("verdict", .string(verdict.rawValue)), ("rule", .string(rule))])
        if let detail { object["detail"] = .string(detail) }
        return .object(object)
    }
}
