// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore
internal import CartloadStorage

/// An answer that was taken.
struct Answer: Sendable {
    enum Kind: Sendable {
        case page
        /// There is nothing.
        case nothing
        /// The pages must be begun again.
        case reset
    }

    var kind: Kind
    var response: HTTPResponse
    /// The body as JSON, when it is and was looked at.
    var document: JSONDocument?
    /// The values at the paths that were asked for.
    var values: [JSONValue?] = []
    var diagnostics = Diagnostics()
    /// The URL that was asked for, without credentials.
    var url: String
}
