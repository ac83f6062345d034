// SPDX-License-Identifier: Apache-2.0

/// The last lines that a child said, short and without what would steer a terminal, for a message that travels (I7).
struct LastWords {
    static let lineCount = 3
    static let lineLength = 200

    let lines: [String]

    init(_ text: String) {
        lines = text.split { $0.isNewline }.filter { !$0.allSatisfy(\.isWhitespace) }.suffix(LastWords.lineCount).map {
            line in
            let plain = String(
                line.unicodeScalars.map { $0.properties.generalCategory == .control ? " " : Character($0) })
            return plain.count > LastWords.lineLength ? plain.prefix(LastWords.lineLength) + "…" : plain
        }
    }
}
