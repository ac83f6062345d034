// SPDX-License-Identifier: Apache-2.0

internal import CartloadConfiguration
internal import CartloadCore
internal import Synchronization

/// Everything that the program prints goes through here: stdout carries data and `--json`, stderr all the rest.
///
/// Nothing leaves without passing the redactor (I8). A live progress line is erased before other text and drawn again by
/// its next update.
final class Console: Sendable {
    /// Where text goes; tests collect it.
    struct Output: Sendable {
        var write: @Sendable (String) throws -> Void
        var isTerminal: Bool
        /// Columns, asked again for each line because windows change.
        var width: @Sendable () -> Int
        /// Lines.
        var height: @Sendable () -> Int = { 24 }
    }

    let redactor: Redactor
    private let standardOutput: Output
    private let standardError: Output
    /// How many lines of progress are on the screen.
    private let liveLines = Mutex(0)

    init(output: Output, error: Output, redactor: Redactor) {
        standardOutput = output
        standardError = error
        self.redactor = redactor
    }

    var isLive: Bool { standardError.isTerminal }
    var width: Int { standardError.width() }
    var height: Int { standardError.height() }
    /// Whether somebody looks at stdout itself, and not a program.
    var isOutputTerminal: Bool { standardOutput.isTerminal }

    /// Prints to stdout.
    ///
    /// - Throws: ``OutputClosed`` when nobody reads it any more.
    func print(_ text: String) throws {
        try write(redactor.redact(text))
    }

    /// Prints a JSON value to stdout, on one line or several.
    func print(_ json: JSONValue, isPretty: Bool = false) throws {
        let json = redactor.redact(json)
        try write((isPretty ? json.pretty() : json.description) + "\n")
    }

    private func write(_ text: String) throws {
        try liveLines.withLock { drawn in
            erase(&drawn)
            try standardOutput.write(text)
        }
    }

    /// Prints a line to stderr; when that is closed there is nobody left to tell.
    func note(_ line: String) {
        liveLines.withLock { drawn in
            erase(&drawn)
            try? standardError.write(redactor.redact(line) + "\n")
        }
    }

    /// Prints an error to stderr.
    func report(_ error: any Error) {
        note("error: \(Console.text(of: error))")
    }

    static func text(of error: any Error) -> String {
        (error as? CartloadError)?.description ?? String(describing: error)
    }

    /// Draws the progress line in place of the last one.
    func draw(_ line: String) {
        liveLines.withLock { drawn in
            if drawn > 1 { erase(&drawn) }
            drawn = 1
            try? standardError.write("\r\u{1b}[2K" + redactor.redact(line))
        }
    }

    /// Draws several lines in place of those before.
    func draw(_ lines: [String]) {
        liveLines.withLock { drawn in
            erase(&drawn)
            drawn = lines.count
            try? standardError.write(redactor.redact(lines.joined(separator: "\n")))
        }
    }

    /// Takes the progress off the screen.
    func eraseLine() {
        liveLines.withLock { erase(&$0) }
    }

    private func erase(_ drawn: inout Int) {
        guard drawn > 0 else { return }
        let up = drawn > 1 ? "\u{1b}[\(drawn - 1)A\u{1b}[0J" : ""
        drawn = 0
        try? standardError.write("\r\u{1b}[2K" + up)
    }
}

/// Nobody reads stdout any more, as after `| head`; no failure for texts.
struct OutputClosed: Error {}
