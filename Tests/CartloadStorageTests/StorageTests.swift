// SPDX-License-Identifier: Apache-2.0

import CartloadCore
import CartloadStorage
import Glibc
import TestSupport
import Testing

/// Runs a program and gives its exit status.
@discardableResult
func run(_ arguments: String...) -> Int32 {
    var process: pid_t = 0
    var pointers = arguments.map { strdup($0) } + [nil]
    defer { for pointer in pointers { free(pointer) } }
    guard let program = pointers[0], posix_spawnp(&process, program, nil, nil, &pointers, environ) == 0 else {
        return -1
    }
    var status: Int32 = 0
    waitpid(process, &status, 0)
    return (status >> 8) & 0xff
}

func text(_ path: String) throws -> String {
    let reader = try FileReader(path: path)
    var bytes: [UInt8] = []
    var room = [UInt8](repeating: 0, count: 5)
    while true {
        let count = try room.withUnsafeMutableBytes { try reader.read(into: $0) }
        if count == 0 { return String(decoding: bytes, as: UTF8.self) }
        bytes += room[..<count]
    }
}

func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

@Suite struct FileTests {
    @Test func aFileAppearsOnlyWhenItIsWhole() throws {
        let folder = try TemporaryFolder()
        let file = try AsideFile(folder("a.txt"))
        try file.append(Bytes("hello "))
        try file.append(Bytes("world"))
        #expect(file.length == 11)
        #expect(!exists(folder("a.txt")))
        #expect(file.asidePath == folder(".a.txt.cartload-part"))
        try file.publish()
        #expect(try text(folder("a.txt")) == "hello world")
        #expect(!exists(file.asidePath))
    }

    @Test func aDiscardedFileLeavesNothing() throws {
        let folder = try TemporaryFolder()
        let file = try AsideFile(folder("a.txt"))
        try file.append(Bytes("hello"))
        file.discard()
        #expect(!exists(folder("a.txt")) && !exists(file.asidePath))
    }

    @Test func writingGoesOnAtTheRecordedLength() throws {
        let folder = try TemporaryFolder()
        let first = try AsideFile(folder("a.txt"))
        try first.append(Bytes("kept, lost"))
        first.leave()
        let second = try AsideFile(folder("a.txt"), resumingAt: 6)
        try second.append(Bytes("new"))
        try second.publish()
        #expect(try text(folder("a.txt")) == "kept, new")
        let changed = #expect(throws: CartloadError.self) { try AsideFile(folder("a.txt"), resumingAt: 6) }
        #expect(changed?.code == .fileChanged)
        try AsideFile(folder("b.txt")).leave()
        let shorter = #expect(throws: CartloadError.self) { try AsideFile(folder("b.txt"), resumingAt: 6) }
        #expect(shorter?.code == .fileChanged)
    }

    @Test func readingGoesOnAtAnOffset() throws {
        let folder = try TemporaryFolder()
        let path = try folder.write("a.txt", "0123456789")
        let reader = try FileReader(path: path)
        #expect(reader.byteCount == 10)
        try reader.skip(to: 7)
        var room = [UInt8](repeating: 0, count: 20)
        #expect(try room.withUnsafeMutableBytes { try reader.read(into: $0) } == 3)
        #expect(Array(room[..<3]) == Array("789".utf8))
        #expect(throws: CartloadError.self) { try FileReader(path: path).skip(to: 11) }
    }

    @Test func whatCannotBeReadSaysWhy() throws {
        let folder = try TemporaryFolder()
        let path = try folder.write("a.txt", "x")
        for (bad, code) in [
            (folder("none"), CartloadError.Code.notFound), (folder.path, .isFolder), (folder("a.txt/b"), .notFolder),
        ] {
            let error = #expect(throws: CartloadError.self) { try FileReader(path: bad) }
            #expect(error?.code == code)
            #expect(error?.location.source == bad)
        }
        guard geteuid() != 0 else { return }  // root may read everything
        chmod(path, 0)
        let error = #expect(throws: CartloadError.self) { try FileReader(path: path) }
        #expect(error?.code == .permissionDenied)
    }

    @Test func whatCannotBeWrittenSaysWhy() throws {
        let folder = try TemporaryFolder()
        let missing = #expect(throws: CartloadError.self) { try AsideFile(folder("none/a.txt")) }
        #expect(missing?.code == .notFound)
        #expect(missing?.location.source == folder("none/a.txt"))
        guard geteuid() != 0 else { return }
        chmod(folder.path, 0o500)
        let denied = #expect(throws: CartloadError.self) { try AsideFile(folder("a.txt")) }
        #expect(denied?.code == .permissionDenied)
        chmod(folder.path, 0o700)
    }

    @Test func aFullDiskAndAReadOnlyOneSayWhyAndLeaveNoFile() throws {
        let folder = try TemporaryFolder()
        guard run("mount", "-t", "tmpfs", "-o", "size=64k", "none", folder.path) == 0 else {
            print("not tested: a full disk needs the right to mount")
            return
        }
        defer { run("umount", "-l", folder.path) }
        let file = try AsideFile(folder("a.txt"))
        let block = Bytes([UInt8](repeating: 0x61, count: 40_000))
        let full = #expect(throws: CartloadError.self) { for _ in 0..<10 { try file.append(block) } }
        #expect(full?.code == .diskFull)
        #expect(full?.location.byte == file.length)
        #expect(!exists(folder("a.txt")))
        file.discard()
        guard run("mount", "-o", "remount,ro", folder.path) == 0 else { return }
        let readOnly = #expect(throws: CartloadError.self) { try AsideFile(folder("b.txt")) }
        #expect(readOnly?.code == .readOnly)
    }
}

@Suite struct PathPatternTests {
    @Test(arguments: [
        ("*.csv", ["a.csv", "b.csv"]),
        ("?.csv", ["a.csv", "b.csv"]),
        ("[b-z].csv", ["b.csv"]),
        ("[!b].csv", ["a.csv"]),
        ("**/*.csv", ["a.csv", "b.csv", "d/c.csv", "d/e/f.csv"]),
        ("d/**", ["d/c.csv", "d/e/f.csv", "d/é.txt"]),
        ("d/?.txt", ["d/é.txt"]),
        ("d/", ["d/c.csv", "d/e/f.csv", "d/é.txt"]),
        ("d/*/*.csv", ["d/e/f.csv"]),
        ("*a*.csv", ["a.csv"]),
        ("_*", ["_h"]),
        (".*", [".g"]),
        ("x[1].csv", ["x[1].csv"]),
    ])
    func filesAreFoundInByteOrder(_ pattern: String, _ expected: [String]) throws {
        let folder = try TemporaryFolder()
        for name in ["b.csv", "a.csv", "d/c.csv", "d/e/f.csv", "d/é.txt", ".g", "_h", "d/.i", "d/_j/k.csv"] {
            _ = try folder.write(name, "x")
        }
        if pattern.hasPrefix("x") { _ = try folder.write("x[1].csv", "x") }
        #expect(try PathPattern(folder(pattern)).paths() == expected.map { folder($0) })
    }

    @Test func nothingFoundIsAnError() throws {
        let folder = try TemporaryFolder()
        for (pattern, code) in [
            ("*.csv", CartloadError.Code.noMatch), ("", .noMatch), ("none.csv", .notFound), ("[a.csv", .badPattern),
        ] {
            let error = #expect(throws: CartloadError.self) { try PathPattern(folder(pattern)).paths() }
            #expect(error?.code == code)
        }
    }
}
