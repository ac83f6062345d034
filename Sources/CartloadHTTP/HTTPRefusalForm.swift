// SPDX-License-Identifier: Apache-2.0

public import CartloadCore

/// What the bodies of refusals look like, so that a server's clients find one form everywhere.
public struct HTTPRefusalForm: Sendable {
    /// Of all of them.
    public let contentType: String
    /// The body of each; asked for once, when the server starts.
    public let body: @Sendable (HTTPRefusal) -> Bytes

    /// A form; the type must be text without line breaks.
    public init(contentType: String, body: @escaping @Sendable (HTTPRefusal) -> Bytes) {
        self.contentType = contentType
        self.body = body
    }

    /// A line of text.
    public static let plain = HTTPRefusalForm(contentType: "text/plain") { Bytes($0.message + "\n") }
}
