// SPDX-License-Identifier: Apache-2.0

/// One fenced block of a document that can be run.
///
/// In a ```` ```console ```` block, lines that begin with `$ ` are commands (a line that begins with `> ` continues one)
/// and the others are what they print, stdout and stderr together; `…` stands for any text in a line, and alone on a line
/// for any lines. `(exit 1)` says how a command ends when not with 0. A block of another language with `title=NAME` is a
/// file that the commands find. `norun` behind the language keeps a block from being run.
struct DocumentExample: Sendable, CustomStringConvertible {
    enum Content: Sendable {
        case file(name: String, text: String)
        case command(String, expected: [String])
    }

    let document: String
    let line: Int
    let content: Content

    var description: String { "\(document), line \(line)" }

    static func all(in file: SourceFile) -> [DocumentExample] {
        var examples: [DocumentExample] = []
        var info: [Substring]?
        var block: [(line: Int, text: Substring)] = []
        for (index, line) in file.text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            guard line.hasPrefix("```") else {
                if info != nil { block.append((index + 1, line)) }
                continue
            }
            if let info {
                examples += DocumentExample.examples(file.path, info, block)
            }
            info = info == nil ? line.drop { $0 == "`" }.split(separator: " ") : nil
            block = []
        }
        return examples
    }

    private static func examples(
        _ document: String, _ info: [Substring], _ block: [(line: Int, text: Substring)]
    ) -> [DocumentExample] {
        guard let first = block.first, !info.contains("norun") else { return [] }
        if let title = info.first(where: { $0.hasPrefix("title=") }) {
            let text = block.map { $0.text + "\n" }.joined()
            let content = Content.file(name: String(title.dropFirst(6)), text: text)
            return [DocumentExample(document: document, line: first.line, content: content)]
        }
        guard info.first == "console" else { return [] }
        var examples: [DocumentExample] = []
        for (line, text) in block {
            if text.hasPrefix("$ ") {
                let content = Content.command(String(text.dropFirst(2)), expected: [])
                examples.append(DocumentExample(document: document, line: line, content: content))
            } else if let last = examples.popLast(), case .command(let command, let expected) = last.content {
                let content =
                    text.hasPrefix("> ") && expected.isEmpty
                    ? Content.command("\(command)\n\(text.dropFirst(2))", expected: [])
                    : Content.command(command, expected: expected + [String(text)])
                examples.append(DocumentExample(document: document, line: last.line, content: content))
            }
        }
        return examples
    }

    /// Whether lines are the expected ones.
    static func matches(_ lines: ArraySlice<String>, _ expected: ArraySlice<String>) -> Bool {
        guard let pattern = expected.first else { return lines.isEmpty }
        if pattern == "…" {
            return (lines.startIndex...lines.endIndex).contains { matches(lines[$0...], expected.dropFirst()) }
        }
        guard let line = lines.first, matches(line, pattern) else { return false }
        return matches(lines.dropFirst(), expected.dropFirst())
    }

    private static func matches(_ line: String, _ pattern: String) -> Bool {
        let parts = pattern.split(separator: "…", omittingEmptySubsequences: false)
        guard parts.count > 1, let first = parts.first, let last = parts.last else { return line == pattern }
        guard line.hasPrefix(first) else { return false }
        var rest = line.dropFirst(first.count)
        for part in parts.dropFirst().dropLast() where !part.isEmpty {
            guard let range = rest.firstRange(of: part) else { return false }
            rest = rest[range.upperBound...]
        }
        return rest.hasSuffix(last)
    }
}
