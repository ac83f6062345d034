// SPDX-License-Identifier: Apache-2.0

public import CartloadCore

extension CartloadError.Code {
    /// A message lacks a part, or has one of the wrong kind.
    public static let singerMessage = CartloadError.Code("singer.message")
}

/// What is wrong with a message, without its place.
enum MessageFault {
    static func missing(_ member: String, of type: String) -> CartloadError {
        CartloadError(.singerMessage, "the \(type) message has no usable \"\(member)\"")
    }

    static func wrong(_ member: String, of type: String, _ what: String) -> CartloadError {
        CartloadError(.singerMessage, "\"\(member)\" of the \(type) message \(what)")
    }
}
