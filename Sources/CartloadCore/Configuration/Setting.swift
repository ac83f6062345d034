// SPDX-License-Identifier: Apache-2.0

/// One thing that can be set for a connector, a processor or another part of a flow.
public struct Setting: Sendable, Hashable {
    public enum Kind: Sendable, Hashable {
        case string
        case integer
        case number
        case boolean
        /// One of these words.
        case choice([String])
        /// A string or a list of strings.
        case strings
        /// A mapping with settings of its own; empty means any keys.
        case mapping([Setting])
        case list
        case any
    }

    public var name: String
    public var kind: Kind
    /// One sentence, without the name.
    public var summary: String
    public var isRequired: Bool
    /// The default, for documentation.
    public var defaultValue: JSONValue?
    /// Whether the value must never be printed.
    public var isSecret: Bool

    public init(
        _ name: String, _ kind: Kind, _ summary: String, isRequired: Bool = false,
        default defaultValue: JSONValue? = nil,
        isSecret: Bool = false
    ) {
        self.name = name
        self.kind = kind
        self.summary = summary
        self.isRequired = isRequired
        self.defaultValue = defaultValue
        self.isSecret = isSecret
    }
}
