// SPDX-License-Identifier: Apache-2.0

import CartloadCore
import CartloadStorage
import Glibc
import TestSupport
import Testing

@Suite struct FileAdditionTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private let old = "old line\n"
    private let new = "new line\nanother\n"

    private func add(_ text: String, to path: String) throws {
        let file = try AsideFile(path)
        try file.append(Bytes(text))
        try AsideFile.add([file])
    }

    /// What a process leaves that died after it had committed: the bytes, a mark, and the length that the file had.
    private func leave(_ added: String, after length: Int) throws {
        let trailer = Array("cartload".utf8) + [UInt8(length), 0, 0, 0, 0, 0, 0, 0]
        _ = try folder.write(".one.cartload-add", added + String(decoding: trailer, as: UTF8.self))
    }

    private func names() -> [String] {
        ["one", ".one.cartload-add", ".one.cartload-part"].filter { exists(folder($0)) }
    }

    @Test func whatIsAddedStandsAtTheEndAndLeavesNothingBeside() throws {
        let path = folder("one")
        for round in 0..<3 {
            try add("line \(round)\n", to: path)
            #expect(names() == ["one"])
        }
        #expect(try text(path) == "line 0\nline 1\nline 2\n")
    }

    @Test func beforeTheCommitNothingIsSeen() throws {
        let path = try folder.write("one", old)
        let file = try AsideFile(path)
        try file.append(Bytes(new))
        try file.synchronize()
        #expect(try text(path) == old)
        file.discard()
        #expect(try text(path) == old)
        #expect(names() == ["one"])
    }

    /// However much of it had been copied when the process died, the next one brings it to its end, once.
    @Test(arguments: 0...17, [true, false])
    func anAdditionThatStoppedIsCompleted(copied: Int, isByTheNextAddition: Bool) throws {
        let path = try folder.write("one", old + new.prefix(copied))
        try leave(new, after: old.utf8.count)
        if isByTheNextAddition {
            try add("next\n", to: path)
            #expect(try text(path) == old + new + "next\n")
        } else {
            try AsideFile.completeAddition(to: path)
            #expect(try text(path) == old + new)
            try AsideFile.completeAddition(to: path)
            #expect(try text(path) == old + new)
        }
        #expect(names() == ["one"])
    }

    @Test(arguments: [nil, "", "old", "old line\nnew line\nanother\nand more"])
    func aFileThatSomeoneElseChangedIsLeftAlone(found: String?) throws {
        let path = folder("one")
        if let found { _ = try folder.write("one", found) }
        try leave(new, after: old.utf8.count)
        let error = #expect(throws: CartloadError.self) { try AsideFile.completeAddition(to: path) }
        #expect(error?.code == .fileChanged)
        #expect(error?.advice?.contains(".one.cartload-add") == true)
        if let found { #expect(try text(path) == found) }
        #expect(names() == (found == nil ? [] : ["one"]) + [".one.cartload-add"])
    }

    @Test(arguments: ["", "short", "no mark but long enough for one"])
    func whatIsNoAdditionIsLeftAlone(left: String) throws {
        let path = try folder.write("one", old)
        _ = try folder.write(".one.cartload-add", left)
        let error = #expect(throws: CartloadError.self) { try AsideFile.completeAddition(to: path) }
        #expect(error?.code == .fileChanged)
        #expect(try text(path) == old)
    }

    @Test func twoWhoAddAtOnceAreKeptApart() throws {
        let path = try folder.write("one", old)
        let descriptor = open(path, O_RDWR)
        defer { close(descriptor) }
        try #require(flock(descriptor, LOCK_EX | LOCK_NB) == 0)
        let error = #expect(throws: CartloadError.self) { try add(new, to: path) }
        #expect(error?.code == .inUse)
        #expect(try text(path) == old)
    }

    @Test func onAFullDiskTheFileIsWhatItWas() throws {
        let mount = folder("small")
        mkdir(mount, 0o755)
        guard Glibc.mount("none", mount, "tmpfs", 0, "size=64k") == 0 else { return }  // not permitted here
        defer { umount(mount) }
        let path = try folder.write("small/one", String(repeating: "old\n", count: 5000))
        let file = try AsideFile(path)
        try file.append(Bytes(String(repeating: "new\n", count: 7000)))
        let error = #expect(throws: CartloadError.self) { try AsideFile.add([file]) }
        #expect(error?.code == .diskFull)
        file.discard()
        #expect(try text(path) == String(repeating: "old\n", count: 5000))
        #expect(!exists(folder("small/.one.cartload-add")))
        try add("new\n", to: path)
        #expect(try text(path).hasSuffix("old\nnew\n"))
    }
}
