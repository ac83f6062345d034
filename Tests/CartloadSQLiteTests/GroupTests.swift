// SPDX-License-Identifier: Apache-2.0

import CartloadCore
import CartloadSQLite
import CartloadTesting
import SQLiteDatabase
import TestSupport
import Testing

@Suite struct GroupTests {
    let folder: TemporaryFolder
    var file: String { folder.path + "/test.db" }

    init() throws { folder = try TemporaryFolder() }

    private func numbers(_ query: String) throws -> [Int64?] {
        try Database(path: file, access: .readOnly).rows(query) { $0.isNull(0) ? nil : $0.int64(0) }
    }

    private func ids(_ table: String) throws -> [Int64?] { try numbers("SELECT id FROM \(table) ORDER BY id") }

    /// In a group a writer must keep the contract as it does alone, whatever else the group writes meanwhile.
    @Test(arguments: SQLiteDestination.Load.allCases)
    func aWriterOfAGroupKeepsTheContract(load: SQLiteDestination.Load) async throws {
        let file = file
        try await DestinationContract(isUpsert: load == .upsert, showsEveryCommit: load != .overwrite) {
            OneOfGroup(destination: SQLiteDestination(path: file, load: load))
        } contents: { stream in
            try await read(file, stream)
        }.run()
    }

    @Test(arguments: SQLiteDestination.Load.allCases)
    func streamsWrittenAlternatelyCommitTogether(load: SQLiteDestination.Load) async throws {
        let group = try SQLiteDestination(path: file, load: load).group()
        let names = ["a", "b", "c"]
        var writers: [any DestinationWriter] = []
        for name in names { writers.append(try await group.open(stream(name))) }
        func commit(_ sequence: Int, isLast: Bool = false) async throws {
            try await group.commit(writers.map { StreamCommit($0, commitOf(sequence, isLast: isLast)) })
        }
        for round in 0..<2 {
            for id in 0..<5 {
                for writer in writers { try await writer.write([round * 5 + id]) }
            }
            if round == 0 { try await commit(1) }
        }
        let isSeen = load != .overwrite
        // The second five are not committed: a reader finds what was, and a crash would leave just that.
        if isSeen { for name in names { #expect(try ids(name) == [0, 1, 2, 3, 4]) } }
        #expect(try numbers("SELECT sequence FROM _cartload_checkpoints") == [1, 1, 1])
        try await commit(2, isLast: true)
        try await group.close()
        for name in names { #expect(try ids(name) == Array(0..<10)) }
        #expect(try numbers("SELECT count(*) FROM _cartload_checkpoints WHERE sequence = 2 AND complete") == [3])
        #expect(
            try numbers("SELECT count(*) FROM sqlite_schema WHERE name LIKE '\\_cartload\\_new%' ESCAPE '\\'") == [0])
    }

    @Test(arguments: SQLiteDestination.Load.allCases)
    func aCrashBetweenCommitsLeavesTheLastOneOfEveryStream(load: SQLiteDestination.Load) async throws {
        let destination = SQLiteDestination(path: file, load: load)
        do {
            let group = try destination.group()
            let a = try await group.open(stream("a"))
            let b = try await group.open(stream("b"))
            try await a.write([1])
            try await b.write([1])
            try await group.commit([StreamCommit(a, commitOf(1)), StreamCommit(b, commitOf(1))])
            try await a.write([2])
            try await b.write([2])
            // Neither committed nor closed, as when the process ends.
        }
        for name in ["a", "b"] {
            #expect(try await destination.lastCommit(of: stream(name))?.sequence == 1)
            if load != .overwrite { #expect(try ids(name) == [1]) }
        }
        let group = try destination.group()
        let a = try await group.open(stream("a"))
        let b = try await group.open(stream("b"))
        try await b.write([2])
        try await a.write([2])
        try await group.commit([
            StreamCommit(a, commitOf(2, isLast: true)), StreamCommit(b, commitOf(2, isLast: true)),
        ])
        try await group.close()
        #expect(try ids("a") == [1, 2])
        #expect(try ids("b") == [1, 2])
    }

    @Test func closingUndoesAllStreams() async throws {
        let group = try SQLiteDestination(path: file).group()
        for name in ["a", "b"] { try await group.open(stream(name)).write([1]) }
        try await group.close()
        #expect(try numbers("SELECT count(*) FROM sqlite_schema") == [0])
        // Nothing holds the file's turn any more.
        let writer = try await SQLiteDestination(path: file).open(stream("a"))
        try await writer.write([1])
        _ = try await writer.commit(commitOf(1))
        try await writer.close()
    }

    @Test func aStreamThatEndsIsFinishedWhileOthersGoOn() async throws {
        let group = try SQLiteDestination(path: file, load: .overwrite).group()
        let a = try await group.open(stream("a"))
        let b = try await group.open(stream("b"))
        try await a.write([1])
        try await b.write([1])
        try await group.commit([StreamCommit(a, commitOf(1, isLast: true)), StreamCommit(b, commitOf(1))])
        #expect(try ids("a") == [1])
        try await b.write([2])
        try await group.commit([StreamCommit(b, commitOf(2, isLast: true))])
        try await group.close()
        #expect(try ids("b") == [1, 2])
    }

    @Test(arguments: [SQLiteDestination.Load.append, .upsert])
    func twoStreamsIntoOneTableSeeWhatTheOtherMadeOfIt(load: SQLiteDestination.Load) async throws {
        let group = try SQLiteDestination(path: file, table: "t", load: load).group()
        let a = try await group.open(stream("a"))
        let b = try await group.open(stream("b"))
        try await a.write([1])
        try await b.write([2], ("more", Column(integers: [7])))
        try await a.write([3])
        // The table is made anew with a wider column, under the other's prepared statement.
        try await b.write([4], ("more", Column(.string, text: ["x"])))
        try await a.write([5], ("more", Column(numbers: [0.5])))
        try await b.write([6], ("other", Column(booleans: [true])))
        try await a.write([7], ("more", Column(booleans: [true])))
        try await b.write([8])
        try await group.commit([StreamCommit(a, commitOf(1)), StreamCommit(b, commitOf(1))])
        try await group.close()
        let rows = try Database(path: file, access: .readOnly).rows("SELECT id, more, other FROM t ORDER BY id") {
            "\($0.int64(0)) \($0.string(1) ?? "-") \($0.string(2) ?? "-")"
        }
        #expect(
            rows == ["1 - -", "2 7 -", "3 - -", "4 \"x\" -", "5 0.5 -", "6 - 1", "7 true -", "8 - -"])
    }

    @Test func twoStreamsThatWouldReplaceOneTableAreRefused() async throws {
        let group = try SQLiteDestination(path: file, table: "t", load: .overwrite).group()
        _ = try await group.open(stream("a"))
        let error = await #expect(throws: CartloadError.self) { try await group.open(stream("b")) }
        #expect(error?.code == .sqliteSharedTable)
        // The same stream again, as after a new schema, goes on with the same side table.
        try await group.open(stream("a")).write([1])
        let writer = try await group.open(stream("a"))
        try await writer.write([2])
        try await group.commit([StreamCommit(writer, commitOf(1, isLast: true))])
        try await group.close()
        #expect(try ids("t") == [1, 2])
    }
}

/// One writer of a group, as a destination: its commits are the group's, and another stream of the group is always under way.
private struct OneOfGroup: TransactionalDestination {
    let destination: SQLiteDestination

    func open(_ stream: DestinationStream) async throws -> any DestinationWriter {
        let group = try destination.group()
        var other = stream
        other.name = "beside_\(stream.name)"
        return Member(group: group, writer: try await group.open(stream), other: try await group.open(other))
    }

    func lastCommit(of stream: DestinationStream) async throws -> Commit? {
        try await destination.lastCommit(of: stream)
    }

    func forgetCommits(of stream: DestinationStream) async throws { try await destination.forgetCommits(of: stream) }

    struct Member: DestinationWriter {
        let group: any DestinationGroup
        let writer: any DestinationWriter
        let other: any DestinationWriter

        func prepare(_ batch: RecordBatch, _ diagnostics: inout Diagnostics) throws -> PreparedBatch {
            try writer.prepare(batch, &diagnostics)
        }

        func write(_ batch: PreparedBatch) async throws {
            try await other.write([1])
            try await writer.write(batch)
            try await other.write([2])
        }

        func commit(_ commit: Commit) async throws -> JSONValue {
            try await group.commit([StreamCommit(writer, commit), StreamCommit(other, commit)])
            return ["sequence": .int(commit.sequence)]
        }

        func close() async throws { try await group.close() }
    }
}

private func stream(_ name: String) -> DestinationStream { DestinationStream(name, keys: ["id"], checkpointID: "x") }

private func commitOf(_ sequence: Int, isLast: Bool = false) -> Commit {
    Commit(sequence: sequence, checkpoint: Checkpoint(["done": .int(sequence)]), isLast: isLast)
}

extension DestinationWriter {
    /// Writes records of an id and perhaps another column.
    func write(_ ids: [Int], _ others: (String, Column)...) async throws {
        let columns = [("id", Column(integers: ids.map(Int64.init)))] + others
        var diagnostics = Diagnostics()
        try await write(
            try prepare(
                RecordBatch(
                    .columns(
                        Columns(
                            schema: Schema(columns.map { Field($0.0, $0.1.type) }), columns: columns.map(\.1),
                            count: ids.count))), &diagnostics))
        #expect(diagnostics.isEmpty)
    }
}
