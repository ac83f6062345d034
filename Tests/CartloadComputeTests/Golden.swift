// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

/// Expected texts in `Golden/`; `CARTLOAD_RECORD=1` writes them anew, and such a run fails.
enum Golden {
    static func expect(_ text: String, is name: String, sourceLocation: SourceLocation = #_sourceLocation) {
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Golden/\(name)")
        if ProcessInfo.processInfo.environment["CARTLOAD_RECORD"] == "1" {
            do {
                try FileManager.default.createDirectory(
                    at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
                try Data(text.utf8).write(to: file)
            } catch {
                Issue.record(error)
            }
            Issue.record("recorded \(name)", sourceLocation: sourceLocation)
            return
        }
        let expected = try? String(decoding: Data(contentsOf: file), as: UTF8.self)
        guard text != expected else { return }
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        let expectedLines = (expected ?? "").split(separator: "\n", omittingEmptySubsequences: false)
        let index =
            zip(lines, expectedLines).enumerated().first { $1.0 != $1.1 }?.offset
            ?? min(lines.count, expectedLines.count)
        Issue.record(
            """
            Golden/\(name), line \(index + 1) differs (CARTLOAD_RECORD=1 records anew):
            expected: \(index < expectedLines.count ? expectedLines[index] : "the end")
            found:    \(index < lines.count ? lines[index] : "the end")
            """, sourceLocation: sourceLocation)
    }
}
