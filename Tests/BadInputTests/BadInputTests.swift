// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

/// Bad input, end to end with the built program: each case ends in a clear error or in the reject file.
@Suite struct BadInputTests {
    static var program: URL {
        if let path = ProcessInfo.processInfo.environment["CARTLOAD_PROGRAM"] { return URL(filePath: path) }
        return URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../.build/debug/cartload")
            .standardized
    }

    @Test func thereAreCases() {
        #expect(BadInputCase.all.count > 20)
    }

    @Test(arguments: BadInputCase.all) func badInputEndsClearly(_ badInput: BadInputCase) throws {
        try #require(FileManager.default.isExecutableFile(atPath: Self.program.path()), "build first: swift build")
        let found = try badInput.transcript(of: Self.program)
        if let skipped = found.split(separator: "\n").first(where: { $0.hasPrefix("SKIPPED: ") }) {
            print("\(badInput): \(skipped)")
            return
        }
        let file = badInput.folder.appending(path: "expected")
        if ProcessInfo.processInfo.environment["CARTLOAD_RECORD"] == "1" {
            try Data(found.utf8).write(to: file)
            Issue.record("recorded \(badInput)")
            return
        }
        let expected = (try? Data(contentsOf: file)).map { String(decoding: $0, as: UTF8.self) } ?? "nothing yet"
        #expect(
            found == expected,
            "Golden/\(badInput) differs (CARTLOAD_RECORD=1 records anew)\n-- expected:\n\(expected)\n-- found:\n\(found)"
        )
    }
}
