// SPDX-License-Identifier: Apache-2.0

import CartloadSinger
import Foundation
import Testing

@Suite struct BatchConfigurationTests {
    @Test func newFilesAreEmptyAndDifferentAndWhereTheUserWantsThem() throws {
        let root = FileManager.default.temporaryDirectory.appending(path: "cartload-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: root) }
        var configuration = BatchConfiguration(root: root.path())
        configuration.prefix = "day/one-"
        let paths = try ["a.jsonl", "a.jsonl", "../../b.jsonl"].map(configuration.newFile)
        #expect(Set(paths).count == 3)
        for path in paths {
            #expect(path.hasPrefix(root.path() + "/day/one-"))
            #expect(try Data(contentsOf: URL(filePath: path)).isEmpty)
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: root.appending(path: "day").path()).count == 3)
    }
}
