// SPDX-License-Identifier: Apache-2.0

public import CartloadCore

extension CartloadError.Code {
    /// A message of the Airbyte protocol lacks a part, or has one of the wrong kind.
    public static let airbyteMessage = CartloadError.Code("airbyte.message")
    /// A catalog cannot be used.
    public static let airbyteCatalog = CartloadError.Code("airbyte.catalog")
    /// A state cannot be used.
    public static let airbyteState = CartloadError.Code("airbyte.state")
    /// Another connector says that it failed.
    public static let airbyteFailure = CartloadError.Code("airbyte.failed")
    /// Messages cannot be written.
    public static let airbyteOutput = CartloadError.Code("airbyte.output")
}

/// What is wrong with a message, without its place.
enum AirbyteFault {
    static func message(_ what: String, advice: String? = nil) -> CartloadError {
        CartloadError(.airbyteMessage, what, advice: advice)
    }

    static func catalog(_ what: String, advice: String? = nil) -> CartloadError {
        CartloadError(
            .airbyteCatalog, "the catalog cannot be used: \(what)",
            advice: advice ?? "Make it anew from what discover prints.")
    }

    static func state(_ what: String) -> CartloadError {
        CartloadError(
            .airbyteState, "the state cannot be used: \(what)",
            advice: "Give the last state of this stream and connector, or start without one.")
    }
}
