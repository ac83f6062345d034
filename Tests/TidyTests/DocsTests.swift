// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

/// Runs the examples of README.md and Docs/ with the built program, each document in a folder of its own.
@Suite struct DocsTests {
    static let documents =
        SourceFile.all(in: "Docs", endings: ["md"]).map(\.path) + ["README.md"]

    private static var program: URL {
        if let path = ProcessInfo.processInfo.environment["CARTLOAD_PROGRAM"] { return URL(filePath: path) }
        return SourceFile.repository.appending(path: ".build/debug/cartload")
    }

    @Test(arguments: documents) func theExamplesDoWhatTheySay(document: String) throws {
        let url = SourceFile.repository.appending(path: document)
        let file = SourceFile(path: document, text: String(decoding: try Data(contentsOf: url), as: UTF8.self))
        let examples = DocumentExample.all(in: file)
        guard !examples.isEmpty else { return }
        try #require(
            FileManager.default.isExecutableFile(atPath: Self.program.path()), "build first: swift build")
        let folder = FileManager.default.temporaryDirectory.appending(path: "cartload-docs-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try FileManager.default.createSymbolicLink(
            at: folder.appending(path: "Examples"),
            withDestinationURL: SourceFile.repository.appending(path: "Examples"))
        for example in examples {
            switch example.content {
            case .file(let name, let text): try Data(text.utf8).write(to: folder.appending(path: name))
            case .command(let command, let expected): try run(command, expected, in: folder, example)
            }
        }
    }

    /// ```` ```swift snippet=NAME ```` holds the code of `Snippets/NAME.swift`, without the comment at its top.
    @Test func snippetsInDocumentsAreTheOnesThatCompile() throws {
        var count = 0
        for document in SourceFile.all(in: "Docs", endings: ["md"]) {
            for block in document.text.matches(of: #/```swift snippet=(\w+)\n((?s).*?)```/#) {
                let file = SourceFile.repository.appending(path: "Snippets/\(block.1).swift")
                let code = String(decoding: try Data(contentsOf: file), as: UTF8.self)
                #expect(code.hasSuffix("\n\n\(block.2)"), "\(document) has another \(block.1)")
                count += 1
            }
        }
        #expect(count > 0)
    }

    /// Closes what else a command inherits: Foundation waits until nobody has it open, a server in the background included.
    private static let closing =
        "for file in /proc/$$/fd/*; do [ ${file##*/} -le 2 ] || eval \"exec ${file##*/}>&-\"; done 2>/dev/null"

    private func run(_ command: String, _ expected: [String], in folder: URL, _ example: DocumentExample) throws {
        let bash = Process()
        bash.executableURL = URL(filePath: "/bin/bash")
        bash.arguments = ["--norc", "-c", "exec 2>&1\n\(Self.closing)\n\(command)"]
        bash.currentDirectoryURL = folder
        bash.environment = [
            "PATH": "\(Self.program.deletingLastPathComponent().path()):/usr/local/bin:/usr/bin:/bin",
            "HOME": folder.path(), "LC_ALL": "C.UTF-8",
        ]
        let pipe = Pipe()
        bash.standardOutput = pipe
        bash.standardInput = FileHandle.nullDevice
        try bash.run()
        let output = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        bash.waitUntilExit()
        var lines = output.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        if lines.last == "" { lines.removeLast() }
        // On a busy machine a run may take the ten seconds after which it says how it goes.
        lines.removeAll { $0.firstMatch(of: #/^[^ ]+: [0-9,]+ records, /#) != nil }
        if bash.terminationStatus != 0 { lines.append("(exit \(bash.terminationStatus))") }
        #expect(
            DocumentExample.matches(lines[...], expected[...]),
            "\(example): $ \(command)\nprints:\n\(lines.joined(separator: "\n"))")
    }

    @Test func examplesAreFoundAndCompared() {
        let text =
            "a\n```console\n$ echo a\n> b\na …\n…\n$ false\n(exit 1)\n```\n```yaml title=f.yaml\nx: 1\n```\n"
            + "```console norun\n$ rm x\n```\n```bash\nls\n```\n"
        let examples = DocumentExample.all(in: SourceFile(path: "x.md", text: text))
        #expect(examples.count == 3)
        guard case .command(let command, let expected) = examples[0].content else { return #expect(Bool(false)) }
        #expect(command == "echo a\nb")
        #expect(DocumentExample.matches(["a b c", "d", "e"], expected[...]))
        #expect(!DocumentExample.matches(["b"], expected[...]))
        #expect(DocumentExample.matches(["x 12 y 7 z"], ["x … y … z"]))
        #expect(!DocumentExample.matches(["x 12 z"], ["x … y … z"]))
    }
}
