// SPDX-License-Identifier: Apache-2.0

public import CartloadCore

/// What every destination must do; run it on yours.
///
/// Each check writes streams of its own, named `contract_…`, so one place serves for all of them.
public struct DestinationContract: Sendable {
    private let make: @Sendable () throws -> any Destination
    private let contents: @Sendable (String) async throws -> [JSONObject]
    private let isUpsert: Bool
    private let showsEveryCommit: Bool

    /// - Parameters:
    ///   - isUpsert: Whether records with the same `id` replace one another.
    ///   - showsEveryCommit: Whether readers see each commit, or only the last one of a stream, as for an overwrite.
    ///   - make: Opens the destination, again and again the same place.
    ///   - contents: What a reader finds of a stream, in the order of `id`; nothing when there is nothing.
    public init(
        isUpsert: Bool = false, showsEveryCommit: Bool = true, make: @escaping @Sendable () throws -> any Destination,
        contents: @escaping @Sendable (String) async throws -> [JSONObject]
    ) {
        self.isUpsert = isUpsert
        self.showsEveryCommit = showsEveryCommit
        self.make = make
        self.contents = contents
    }

    /// Checks everything.
    ///
    /// - Throws: ``ContractFailure`` with what is wrong, or the error that the destination threw.
    public func run() async throws {
        try await checkUncommitted()
        try await checkResume()
        try await checkEmpty()
        if isUpsert {
            try await checkRepeats()
            try await checkMissingKeys()
        }
    }

    private func stream(_ name: String, receipt: JSONValue? = nil) -> DestinationStream {
        DestinationStream(name, schema: schema, keys: ["id"], receipt: receipt, checkpointID: "contract")
    }

    private var schema: Schema { Schema([Field("id", .integer), Field("name", .string), Field("amount", .number)]) }

    private func records(_ ids: Range<Int>) -> [JSONObject] {
        ids.map { id in
            JSONObject([
                ("id", .int(id)), ("name", id % 3 == 0 ? .null : .string("näme \(id)\n\"x\"")),
                ("amount", .double(Double(id) / 7)),
            ])
        }
    }

    private func batch(_ ids: Range<Int>) -> RecordBatch {
        let all = records(ids)
        let columns = [
            Column(integers: all.map { $0["id"]?.intValue.map(Int64.init) }),
            Column(.string, text: all.map { $0["name"]?.stringValue }),
            Column(numbers: all.map { $0["amount"]?.doubleValue }),
        ]
        return RecordBatch(.columns(Columns(schema: schema, columns: columns, count: all.count)))
    }

    private func write(_ ids: Range<Int>, to writer: any DestinationWriter) async throws {
        var diagnostics = Diagnostics()
        let prepared = try writer.prepare(batch(ids), &diagnostics)
        try expect(diagnostics.rejects.isEmpty, "good records are rejected: \(diagnostics.rejects)")
        try expect(prepared.recordCount == ids.count, "\(ids.count) records are prepared as \(prepared.recordCount)")
        try await writer.write(prepared)
    }

    private func commit(_ sequence: Int, isLast: Bool = false) -> Commit {
        Commit(sequence: sequence, checkpoint: Checkpoint(["done": .int(sequence)]), isLast: isLast)
    }

    private func expectContents(_ name: String, _ ids: Range<Int>, _ moment: String) async throws {
        let found = try await contents(name)
        try expect(
            found == records(ids), "\(moment), \(ids.count) records are expected and \(found.count) found: \(found)")
    }

    private func checkUncommitted() async throws {
        let name = "contract_uncommitted"
        let writer = try await make().open(stream(name))
        try await write(0..<10, to: writer)
        try await expectContents(name, 0..<0, "before the first commit")
        try await writer.close()
        try await expectContents(name, 0..<0, "after closing without a commit")
    }

    private func checkResume() async throws {
        let name = "contract_resume"
        var writer = try await make().open(stream(name))
        try await write(0..<10, to: writer)
        try await write(10..<20, to: writer)
        _ = try await writer.commit(commit(1))
        if showsEveryCommit { try await expectContents(name, 0..<20, "after the first commit") }
        try await write(20..<25, to: writer)
        let receipt = try await writer.commit(commit(2))
        try await write(25..<40, to: writer)
        try await writer.close()
        if showsEveryCommit { try await expectContents(name, 0..<25, "after closing in the middle of a transaction") }

        let stored = try JSONValue(parsing: receipt.description)
        writer = try await make().open(stream(name, receipt: stored))
        if let destination = try make() as? any TransactionalDestination {
            let last = try await destination.lastCommit(of: stream(name))
            try expect(last?.sequence == 2, "the last commit is 2, but is said to be \(String(describing: last))")
            try expect(last?.checkpoint == commit(2).checkpoint, "the last commit's checkpoint changed")
        }
        try await write(25..<30, to: writer)
        var last = try await writer.commit(commit(3, isLast: true))
        try await writer.close()
        try await expectContents(name, 0..<30, "after resuming with the receipt")

        if !(try make() is any TransactionalDestination) {
            // The run ended after the commit and before its receipt was saved: the same comes once more.
            writer = try await make().open(stream(name, receipt: stored))
            try await write(25..<30, to: writer)
            last = try await writer.commit(commit(3, isLast: true))
            try await writer.close()
            try await expectContents(name, 0..<30, "after repeating a commit whose receipt was lost")
        }

        // A run that finds nothing new must leave everything as it is.
        writer = try await make().open(stream(name, receipt: try JSONValue(parsing: last.description)))
        try await expectContents(name, 0..<30, "after opening again")
        _ = try await writer.commit(commit(4, isLast: true))
        try await writer.close()
        if let destination = try make() as? any TransactionalDestination {
            try await destination.forgetCommits(of: stream(name))
            let last = try await destination.lastCommit(of: stream(name))
            try expect(last == nil, "a forgotten commit is still there")
        }
        try await expectContents(name, 0..<30, "after a commit of nothing")
    }

    private func checkEmpty() async throws {
        let name = "contract_empty"
        let writer = try await make().open(stream(name))
        _ = try await writer.commit(commit(1, isLast: true))
        try await writer.close()
        try await expectContents(name, 0..<0, "after a stream without records")
    }

    private func checkRepeats() async throws {
        let name = "contract_repeats"
        for sequence in 1...3 {
            let writer = try await make().open(stream(name))
            try await write(0..<10, to: writer)
            try await write(5..<15, to: writer)
            _ = try await writer.commit(commit(sequence, isLast: true))
            try await writer.close()
            try await expectContents(name, 0..<15, "after upsert number \(sequence) of the same records")
        }
    }

    private func checkMissingKeys() async throws {
        let name = "contract_keys"
        let writer = try await make().open(stream(name))
        let columns = [
            Column(integers: [0, nil, 1]),
            Column(.string, text: [nil, "lost", records(1..<2)[0]["name"]?.stringValue]),
            Column(numbers: [0, 1, 1.0 / 7]),
        ]
        var diagnostics = Diagnostics()
        let prepared = try writer.prepare(
            RecordBatch(.columns(Columns(schema: schema, columns: columns, count: 3))), &diagnostics)
        try expect(diagnostics.rejects.count == 1, "a record without its key is not rejected")
        try expect(
            diagnostics.rejects.first?.code.rawValue == "record.missing-key",
            "a record without its key has another code")
        try expect(diagnostics.rejects.first?.record?.text.contains("lost") == true, "the rejected record is not kept")
        try await writer.write(prepared)
        _ = try await writer.commit(commit(1, isLast: true))
        try await writer.close()
        try await expectContents(name, 0..<2, "after a reject")
    }
}
