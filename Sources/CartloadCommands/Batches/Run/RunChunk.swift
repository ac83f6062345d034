// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore
internal import CartloadFormats

/// Some neighbouring records of the input, as they go to the server.
struct RunChunk: Sendable {
    /// Its position in the input, from 0 on; what it is called on the server follows from it.
    let index: Int
    /// The text of the chunk in a push: `{"id":…,"data":{"inputs":[…]…},"size":…}`.
    let body: Bytes
    /// Where in the text its records are, with their brackets.
    let inputs: Range<Int>
    let recordCount: Int
    /// Records of the input that are not valid, and are not sent.
    let rejects: [Diagnostic]
    /// Where the input goes on after it.
    let end: Position
    /// Stored bytes of the input up to its end, for progress.
    let storedBytes: Int

    /// What the server calls it.
    var id: String { RunChunk.id(index) }

    /// The records as a JSON array.
    var inputText: Bytes { body[inputs] }

    static func id(_ index: Int) -> String { String(index + 1) }

    /// The position of a chunk that the server calls so; nil for one that no run has pushed.
    static func index(_ id: String) -> Int? {
        guard let number = Int(id), number >= 1, String(number) == id else { return nil }
        return number - 1
    }
}
