// SPDX-License-Identifier: Apache-2.0

/// The last bytes that a child wrote to its standard error, and its lines as they come (I7).
struct ErrorTail {
    /// How much is kept.
    static let capacity = 64 << 10
    /// How long a line may be; a longer one is given out in parts.
    static let lineCapacity = 8 << 10
    /// How many lines a message quotes, and how long they may be.
    static let quotedLines = 5
    static let quotedLength = 300

    private var bytes: [UInt8] = []
    private var line: [UInt8] = []

    /// Adds what came, and gives each line that is complete.
    mutating func append(_ new: UnsafeRawBufferPointer, line give: (String) -> Void) {
        // Cut only when twice as much is there, so that a byte is moved once on average.
        bytes += new
        if bytes.count > 2 * Self.capacity { bytes.removeFirst(bytes.count - Self.capacity) }
        for byte in new {
            if byte == UInt8(ascii: "\n") {
                giveLine(give)
                continue
            }
            line.append(byte)
            if line.count == Self.lineCapacity { giveLine(give) }
        }
    }

    /// Gives the line that has no end.
    mutating func finish(line give: (String) -> Void) {
        if !line.isEmpty { giveLine(give) }
    }

    private mutating func giveLine(_ give: (String) -> Void) {
        if line.last == UInt8(ascii: "\r") { line.removeLast() }
        give(String(decoding: line, as: UTF8.self))
        line.removeAll(keepingCapacity: true)
    }

    /// The last 64 kB.
    var text: String { String(decoding: bytes.suffix(Self.capacity), as: UTF8.self) }

    /// The last lines that say something, short and without what would steer a terminal.
    var lastLines: [String] {
        text.split { $0.isNewline }.filter { !$0.allSatisfy(\.isWhitespace) }.suffix(Self.quotedLines).map { line in
            let plain = String(
                line.unicodeScalars.map { $0.properties.generalCategory == .control ? " " : Character($0) })
            return plain.count > Self.quotedLength ? plain.prefix(Self.quotedLength) + "…" : plain
        }
    }
}
