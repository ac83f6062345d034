// SPDX-License-Identifier: Apache-2.0

import CartloadCore
import CartloadSinger
import Foundation
import Testing

@Suite struct BatchFileAccessTests {
    /// A folder with `in/a b.jsonl`, `in/link` to a file outside, and `out.jsonl`.
    private func folder() throws -> String {
        let path = NSTemporaryDirectory() + "cartload-access-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: path + "/in", withIntermediateDirectories: true)
        try Data("{}".utf8).write(to: URL(fileURLWithPath: path + "/in/a b.jsonl"))
        try Data("{}".utf8).write(to: URL(fileURLWithPath: path + "/out.jsonl"))
        try FileManager.default.createSymbolicLink(
            atPath: path + "/in/link", withDestinationPath: path + "/out.jsonl")
        return path
    }

    @Test func filesBelowARootAreFoundHoweverTheyAreWritten() throws {
        let path = try folder()
        defer { try? FileManager.default.removeItem(atPath: path) }
        let access = try BatchFileAccess(storageRoot: "file://\(path)/in")
        let entries = [
            "file://\(path)/in/a b.jsonl", "file://localhost\(path)/in/a%20b.jsonl", "\(path)/in/a b.jsonl",
            "a b.jsonl",
            "/elsewhere/a b.jsonl",
        ]
        for entry in entries {
            guard case .local(let found) = try access.place(of: entry) else { throw CancellationError() }
            #expect(found.hasSuffix("/in/a b.jsonl"), "\(entry)")
        }
    }

    @Test(arguments: ["out.jsonl", "in/link", "in/../out.jsonl", "in", "in/missing"])
    func whatIsOutsideOrNoPlainFileIsRefused(name: String) throws {
        let path = try folder()
        defer { try? FileManager.default.removeItem(atPath: path) }
        let access = try BatchFileAccess(roots: [path + "/in"])
        let error = #expect(throws: CartloadError.self) { try access.place(of: "file://\(path)/\(name)") }
        #expect(error?.code == .batchFile)
    }

    @Test func aFolderThatIsMadeLaterCountsFromThenOn() throws {
        let path = try folder()
        defer { try? FileManager.default.removeItem(atPath: path) }
        let access = try BatchFileAccess(roots: [path + "/later"])
        #expect(throws: CartloadError.self) { try access.place(of: path + "/out.jsonl") }
        try FileManager.default.moveItem(atPath: path + "/in", toPath: path + "/later")
        guard case .local = try access.place(of: path + "/later/a b.jsonl") else { throw CancellationError() }
        #expect(throws: CartloadError.self) { try access.place(of: path + "/out.jsonl") }
        #expect(throws: CartloadError.self) { try access.place(of: path + "/later/link") }
    }

    @Test func onlyAllowedHostsAreReachedAndTheirQueriesStaySecret() throws {
        let access = try BatchFileAccess(hosts: ["files.example:8443"])
        #expect(
            try access.place(of: "https://files.example:8443/x?sig=1") == .remote("https://files.example:8443/x?sig=1"))
        for entry in [
            "https://files.example/x?sig=secret", "ftp://files.example:8443/x", "https://a@files.example:8443/x",
        ] {
            let error = #expect(throws: CartloadError.self) { try access.place(of: entry) }
            #expect(error?.message.contains("secret") == false)
        }
    }
}
