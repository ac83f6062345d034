// SPDX-License-Identifier: Apache-2.0

/// A header field of an answer.
public struct HTTPField: Sendable, Hashable {
    /// A token; letters of either case mean the same.
    public let name: String
    /// Text without line breaks.
    public let value: String

    /// A field as it will be sent.
    public init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
    }
}
