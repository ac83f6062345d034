// SPDX-License-Identifier: Apache-2.0

import CartloadCore
import CartloadFormats
import CartloadStorage
import CartloadTesting
import Glibc
import Testing

@testable import CartloadFiles

@Suite struct FilesGroupTests {
    let fixture: FolderFixture

    init() throws { fixture = try FolderFixture() }

    private func group(_ path: String, _ load: FileLoad = .append) throws -> any DestinationGroup {
        try FilesDestination(FilesDestinationOptions(path: "\(fixture.path)/\(path)", load: load)).group()
    }

    private func ids(_ pattern: String) async throws -> [Int] {
        try await fixture.records(pattern).compactMap { $0["id"]?.intValue }
    }

    private func commit(_ group: any DestinationGroup, _ writers: [any DestinationWriter], isLast: Bool = false)
        async throws
    {
        try await group.commit(
            writers.map { StreamCommit($0, Commit(sequence: 1, checkpoint: Checkpoint(nil), isLast: isLast)) })
    }

    @Test(
        arguments: FileLoad.allCases, ["{stream}.jsonl", "{stream}.csv.gz", "{stream}/{n}.jsonl", "{stream}-{n}.csv"])
    func streamsWrittenAlternatelyKeepTheirRecords(load: FileLoad, path: String) async throws {
        let group = try group(path, load)
        let names = ["a", "b", "c"]
        var writers: [any DestinationWriter] = []
        func found(_ name: String) async throws -> [Int] {
            try await ids(path.replacing("{stream}", with: name).replacing("{n}", with: "*"))
        }
        for round in 0..<4 {
            // A stream more in each round, as messages bring them.
            if round < names.count {
                writers.append(try await group.open(DestinationStream(names[round], checkpointID: "x")))
            }
            for first in [round * 10, round * 10 + 5] {
                for writer in writers { try await writer.write(lines(first..<first + 5)) }
            }
            try await commit(group, writers, isLast: round == 3)
            for (index, name) in names.enumerated() where index < writers.count && (load == .append || round == 3) {
                #expect(try await found(name) == Array(index * 10..<round * 10 + 10))
            }
        }
        try await group.close()
        for (index, name) in names.enumerated() { #expect(try await found(name) == Array(index * 10..<40)) }
        #expect(!fixture.hasLeftovers())
    }

    @Test(arguments: FileLoad.allCases, ["one.jsonl", "{n}.jsonl", "{key}.csv"])
    func aSecondStreamWithoutANameOfItsOwnIsRefused(load: FileLoad, path: String) async throws {
        let group = try group(path, load)
        _ = try await group.open(DestinationStream("a", checkpointID: "x"))
        let error = await #expect(throws: CartloadError.self) {
            try await group.open(DestinationStream("b", checkpointID: "x"))
        }
        #expect(error?.code == .fileTemplate)
        #expect(error?.message == "the streams \"a\" and \"b\" would be written to the same file")
        try await group.close()
        #expect(fixture.names(hidden: true) == [])
    }

    /// What a killed process left aside goes with the next one, even if no record comes again; what somebody writes stays.
    @Test(arguments: ["one.jsonl", "{n}.jsonl"], [false, true])
    func aPartThatWasLeftGoes(path: String, isLiving: Bool) async throws {
        let first = try group(path)
        let writer = try await first.open(DestinationStream("a", checkpointID: "x"))
        try await writer.write(lines(0..<5))
        try await commit(first, [writer])
        try await first.close()
        let name = "\(fixture.path)/" + (path == "one.jsonl" ? path : "00002.jsonl")
        let file = try AsideFile(name)
        try file.append(Bytes("{\"id\""))
        if !isLiving { file.leave() }
        let second = try group(path)
        let other = try await second.open(DestinationStream("a", checkpointID: "x"))
        try await commit(second, [other], isLast: true)
        try await second.close()
        #expect(fixture.hasLeftovers() == isLiving)
        #expect(try await ids(path == "one.jsonl" ? path : "*.jsonl") == Array(0..<5))
        file.discard()
    }

    /// Processes that write, commit, close and die at random: what is committed is there once, in order, and nothing else.
    @Test(
        arguments: [
            "one.jsonl", "one.jsonl.gz", "one.jsonl.zst", "one.csv.gz", "{key}.tsv", "{key}.jsonl", "{n}.jsonl",
            "{key}-{n}.csv",
        ], 0..<4)
    func appendingNeitherLosesNorRepeatsWhatIsCommitted(path: String, seed: UInt64) async throws {
        var random = SeededGenerator(seed: seed)
        var next = 0
        var committed: [Int] = []
        for _ in 0..<6 {
            let group = try group(path)
            let writer = try await group.open(DestinationStream("s", checkpointID: "x"))
            var written: [Int] = []
            for _ in 0..<Int(random.next() % 8) {
                if random.next() % 3 > 0 {
                    let count = Int(random.next() % 4)
                    try await writer.write(lines(next..<next + count), key: [.int(Int(random.next() % 2))])
                    written += next..<next + count
                    next += count
                } else {
                    try await commit(group, [writer])
                    committed += written
                    written = []
                }
                // Readers see what is committed, and see it at once.
                let found = try await ids("*")
                #expect(found.sorted() == committed, "seed \(seed)")
                if !path.contains("{") { #expect(found == committed, "seed \(seed)") }
            }
            switch random.next() % 3 {
            case 0:
                try await commit(group, [writer], isLast: true)
                committed += written
                try await group.close()
            case 1: try await group.close()
            default: break  // it dies
            }
        }
        #expect(try await ids("*").sorted() == committed, "seed \(seed)")
    }

    @Test func aLargeFileIsAddedToInItsPlace() async throws {
        try fixture.write("one.jsonl", lines(0..<100).joined(separator: "\n") + "\n")
        let before = try status("one.jsonl")
        for round in 0..<3 {
            let group = try group("one.jsonl")
            let writer = try await group.open(DestinationStream("s", checkpointID: "x"))
            for half in 0..<2 {
                let first = 100 + round * 10 + half * 5
                try await writer.write(lines(first..<first + 5))
                try await commit(group, [writer])
            }
            try await commit(group, [writer], isLast: true)
            try await group.close()
        }
        #expect(try status("one.jsonl").st_ino == before.st_ino)
        #expect(try await ids("one.jsonl") == Array(0..<130))
        #expect(fixture.names(hidden: true) == ["one.jsonl"])
    }

    private func status(_ name: String) throws -> stat {
        var status = stat()
        try #require(stat("\(fixture.path)/\(name)", &status) == 0)
        return status
    }

    @Test(arguments: [true, false])
    func aLastLineWithoutAnEndGetsOne(isGrouped: Bool) async throws {
        try fixture.write("one.jsonl", "{\"id\":0}\n{\"id\":1}")
        if isGrouped {
            let group = try group("one.jsonl")
            let writer = try await group.open(DestinationStream("s", checkpointID: "x"))
            try await writer.write(lines(2..<3))
            try await commit(group, [writer])
            try await writer.write(lines(3..<4))
            try await commit(group, [writer], isLast: true)
            try await group.close()
        } else {
            let writer = try await fixture.writer("one.jsonl") { $0.load = .append }
            try await writer.write(lines(2..<4))
            _ = try await writer.commit(1, isLast: true)
            try await writer.close()
        }
        #expect(try fixture.text("one.jsonl") == "{\"id\":0}\n{\"id\":1}\n{\"id\":2}\n{\"id\":3}\n")
    }

    @Test func aHeaderStandsOnce() async throws {
        var group = try group("one.csv")
        var writer = try await group.open(DestinationStream("s", checkpointID: "x"))
        for id in 0..<3 {
            try await writer.write(lines(id..<id + 1))
            try await commit(group, [writer])
        }
        try await group.close()
        #expect(try fixture.text("one.csv") == "id\n0\n1\n2\n")
        group = try self.group("one.csv")
        writer = try await group.open(DestinationStream("s", checkpointID: "x"))
        try await writer.write(lines(3..<4))
        try await commit(group, [writer])
        try await writer.write(lines(4..<5))
        try await commit(group, [writer], isLast: true)
        try await group.close()
        #expect(try fixture.text("one.csv") == "id\n0\n1\n2\n3\n4\n")
    }

    @Test func aFileThatWasTakenAwayIsBegunAgain() async throws {
        let group = try group("one.csv")
        let writer = try await group.open(DestinationStream("s", checkpointID: "x"))
        try await writer.write(lines(0..<2))
        try await commit(group, [writer])
        rename("\(fixture.path)/one.csv", "\(fixture.path)/one.csv.1")
        try await writer.write(lines(2..<4))
        try await commit(group, [writer], isLast: true)
        try await group.close()
        #expect(try fixture.text("one.csv.1") == "id\n0\n1\n")
        #expect(try fixture.text("one.csv") == "id\n2\n3\n")
    }

    @Test func theListOfFilesGrowsWithEachCommit() async throws {
        for round in 0..<2 {
            let group = try group("{n}.jsonl")
            let writer = try await group.open(DestinationStream("s", checkpointID: "x"))
            for half in 0..<2 {
                try await writer.write(lines(round * 2 + half..<round * 2 + half + 1))
                try await commit(group, [writer])
                let listed = try fixture.text(".s.manifest.jsonl").split(separator: "\n").map {
                    try JSONValue(parsing: String($0))["name"]?.stringValue
                }
                #expect(listed == fixture.names())
            }
        }
        // An overwrite knows from it what it replaces.
        let group = try group("{n}.jsonl", .overwrite)
        let writer = try await group.open(DestinationStream("s", checkpointID: "x"))
        try await writer.write(lines(9..<10))
        try await commit(group, [writer], isLast: true)
        try await group.close()
        #expect(fixture.names() == ["00001.jsonl"])
        #expect(try await ids("*.jsonl") == [9])
    }
}
