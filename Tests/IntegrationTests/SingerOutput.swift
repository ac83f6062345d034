// SPDX-License-Identifier: Apache-2.0

import CartloadCore
import Foundation

/// What a tap or target has printed to a file until it was killed.
struct SingerOutput {
    /// Whole lines; what comes after the last line feed never arrived.
    let lines: [String]
    /// Whether the last line breaks off.
    let isCut: Bool

    init(_ text: String) {
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        isCut = lines.removeLast() != ""
        self.lines = lines
    }

    /// Opens a new file in a sandbox for a program to print to.
    static func handle(_ name: String, in sandbox: Sandbox) throws -> FileHandle {
        try sandbox.write("", to: name)
        return try FileHandle(forWritingTo: sandbox.folder.appending(path: name))
    }

    /// The states of a target, which prints nothing else.
    func states() throws -> [JSONValue] { try lines.map { try JSONValue(parsing: $0) } }

    /// Where the last STATE message of a tap is.
    var lastState: Int? { lines.lastIndex { $0.hasPrefix(#"{"type":"STATE""#) } }

    /// The value of the last STATE message of a tap.
    func lastStateValue() throws -> JSONValue? { try lastState.flatMap { try JSONValue(parsing: lines[$0])["value"] } }
}
