// SPDX-License-Identifier: Apache-2.0

import Foundation
package import Testing

/// Expected texts in the folder `Golden` of a target of tests; `CARTLOAD_RECORD=1` writes them anew, and such a run fails.
package enum Golden {
    /// Records an issue when a text is not what the file `name` of the folder `Golden` of the caller's target holds.
    package static func expect(
        _ text: String, is name: String, filePath: String = #filePath,
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        guard let file = folder(of: filePath)?.appending(path: name) else {
            Issue.record("\(filePath) is in no target", sourceLocation: sourceLocation)
            return
        }
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

    /// `Tests/XTests/Golden`, also for a test in a folder of its target.
    private static func folder(of filePath: String) -> URL? {
        var folder = URL(filePath: filePath).deletingLastPathComponent()
        while folder.pathComponents.count > 1 {
            if folder.lastPathComponent.hasSuffix("Tests") { return folder.appending(path: "Golden") }
            folder.deleteLastPathComponent()
        }
        return nil
    }
}
