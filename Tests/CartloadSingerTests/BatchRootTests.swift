// SPDX-License-Identifier: Apache-2.0

import CartloadCore
import CartloadSinger
import Foundation
import Testing

/// Folders that a tap makes when the target beside it has begun already.
@Suite final class BatchRootTests: Sendable {
    private let folder = FileManager.default.temporaryDirectory.appending(path: "cartload-roots-\(UUID().uuidString)")

    init() throws { try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true) }

    deinit { try? FileManager.default.removeItem(at: folder) }

    private func path(_ name: String) -> String { folder.path() + "/" + name }

    private func make(_ name: String) throws {
        let file = folder.appending(path: name)
        try FileManager.default.createDirectory(
            at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data("{}".utf8).write(to: file)
    }

    @Test(arguments: ["batches", "deep/er/batches", "batches/", "./batches", "deep//batches/."])
    func aFolderThatIsMadeLaterIsAllowed(root: String) throws {
        let access = try BatchFileAccess(roots: [path(root)])
        let stored = try BatchFileAccess(storageRoot: path(root))
        try make(root + "/a.jsonl")
        try make("batches-of-others/b.jsonl")
        for access in [access, stored] {
            guard case .local(let found) = try access.place(of: path(root) + "/a.jsonl") else {
                throw CancellationError()
            }
            #expect(found.hasSuffix("/batches/a.jsonl"))
            #expect(throws: CartloadError.self) { try access.place(of: self.path("batches-of-others/b.jsonl")) }
        }
    }

    @Test func aLinkThatIsMadeLaterAllowsNothing() throws {
        try make("private/a.jsonl")
        let access = try BatchFileAccess(roots: [path("batches")])
        try FileManager.default.createSymbolicLink(
            atPath: path("batches"), withDestinationPath: path("private"))
        for name in ["batches/a.jsonl", "private/a.jsonl"] {
            #expect(throws: CartloadError.self) { try access.place(of: self.path(name)) }
        }
    }

    @Test(arguments: ["", "missing/../private"]) func whatCannotBeKnownAllowsNothing(root: String) throws {
        try make("private/a.jsonl")
        let access = try BatchFileAccess(roots: [root.isEmpty ? "" : path(root)])
        #expect(access.roots.isEmpty)
    }
}
