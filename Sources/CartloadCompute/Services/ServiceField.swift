// SPDX-License-Identifier: Apache-2.0

public import CartloadCore

/// An input of a service: its name, what it may hold, and what it is where a record does not say.
public struct ServiceField: Sendable, Hashable {
    /// What a value may be; numbers keep their digits.
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        case any, boolean, integer, number, string, array, object
    }

    public var name: String
    public var kind: Kind
    /// JSON text; nil where each record must have a value.
    public var defaultValue: Bytes?
    /// Whether a record may leave it out although there is no default; the service then does not see it.
    public var isOptional: Bool

    public init(_ name: String, _ kind: Kind = .any, defaultValue: Bytes? = nil, isOptional: Bool = false) {
        self.name = name
        self.kind = kind
        self.defaultValue = defaultValue
        self.isOptional = isOptional
    }
}
