// SPDX-License-Identifier: Apache-2.0

import CartloadCore
import Glibc
import Synchronization
import TestSupport
import Testing

@testable import CartloadStorage

/// What writers that were killed left aside goes; nothing else does.
@Suite struct AbandonedFileTests {
    private final class Ending: Sendable {
        let isOver = Atomic(false)
    }

    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// What a killed writer leaves: its bytes, and no lock.
    private func leave(_ name: String) throws {
        let file = try AsideFile(folder(name))
        try file.append(Bytes("half"))
        file.leave()
    }

    private func isAside(_ name: String) -> Bool { exists(folder(".\(name).cartload-part")) }

    @Test func whatADeadWriterLeftGoes() throws {
        try leave("a")
        #expect(isAside("a"))
        #expect(AsideFile.removeAbandoned(folder("a")) && !isAside("a"))
        #expect(!AsideFile.removeAbandoned(folder("a")), "there is nothing more")
    }

    @Test func whatALivingWriterWritesStays() throws {
        let file = try AsideFile(folder("a"))
        try file.append(Bytes("whole"))
        #expect(!AsideFile.removeAbandoned(folder("a")))
        #expect(AsideFile.removeAbandoned(in: folder(""), isOwn: { _ in true }) == 0)
        try file.publish()
        #expect(try text(folder("a")) == "whole")
    }

    @Test func onlyOnesOwnGoFromAFolder() throws {
        for name in ["own-1", "own-2", "other-1"] { try leave(name) }
        _ = try folder.write(".own-3.other-part", "x")
        _ = try folder.write("own-4.cartload-part", "x")
        mkdir(folder(".own-5.cartload-part"), 0o777)
        symlink("own-4.cartload-part", folder(".own-6.cartload-part"))
        mkfifo(folder(".own-7.cartload-part"), 0o666)
        var asked: [String] = []
        let removed = AsideFile.removeAbandoned(in: folder("")) {
            asked.append(String($0))
            return $0.hasPrefix("own-")
        }
        #expect(removed == 2)
        #expect(asked.sorted() == ["other-1", "own-1", "own-2", "own-5", "own-6", "own-7"])
        #expect(!isAside("own-1") && !isAside("own-2") && isAside("other-1"))
        for name in [".own-3.other-part", "own-4.cartload-part", ".own-5.cartload-part", ".own-7.cartload-part"] {
            #expect(exists(folder(name)), "\(name)")
        }
        #expect(AsideFile.removeAbandoned(in: folder("missing"), isOwn: { _ in true }) == 0)
        #expect(AsideFile.removeAbandoned(in: folder(""), atMost: 0, isOwn: { _ in true }) == 0 && isAside("other-1"))
    }

    /// Where a lock may be known to one machine alone, nothing is removed; `/proc` stands for such a place.
    @Test func onlyOnFileSystemsOfThisMachine() throws {
        #expect(AsideFile.removeAbandoned(in: "/proc/self", isOwn: { _ in true }) == 0)
    }

    /// One thread removes what it finds while others begin and publish files of the same names.
    @Test func whoBeginsAFileAtTheSameMomentIsNotDisturbed() async throws {
        let ending = Ending()
        let place = folder("")
        try await withThrowingTaskGroup(of: Void.self) { group in
            for writer in 0..<2 {
                group.addTask {
                    try await Threads.run {
                        for round in 0..<150 {
                            let name = Folder.join(place, "w\(writer)")
                            let file = try AsideFile(name)
                            try file.append(Bytes("round \(round)"))
                            try file.move()
                            let found = try text(name)
                            #expect(found == "round \(round)")
                        }
                    }
                }
            }
            group.addTask {
                try await Threads.run {
                    while !ending.isOver.load(ordering: .relaxed) {
                        AsideFile.removeAbandoned(in: place) { $0.hasPrefix("w") }
                    }
                }
            }
            for _ in 0..<2 { try await group.next() }
            ending.isOver.store(true, ordering: .relaxed)
        }
    }
}
