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
        #expect(text == expected, "Golden/\(name) differs", sourceLocation: sourceLocation)
    }
}
