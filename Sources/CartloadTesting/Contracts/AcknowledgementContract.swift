// SPDX-License-Identifier: Apache-2.0

public import CartloadCore

/// What every destination must do whose writers acknowledge later; run it on yours.
///
/// It writes streams of its own, named `contract_…`.
public struct AcknowledgementContract: Sendable {
    private let make: @Sendable () throws -> any Destination
    private let contents: @Sendable (String) async throws -> [JSONObject]

    /// - Parameters:
    ///   - make: Opens the destination, again and again the same place.
    ///   - contents: What a reader finds of a stream now, in any order, and perhaps more than once.
    public init(
        make: @escaping @Sendable () throws -> any Destination,
        contents: @escaping @Sendable (String) async throws -> [JSONObject]
    ) {
        self.make = make
        self.contents = contents
    }

    /// Checks everything.
    ///
    /// - Throws: ``ContractFailure`` with what is wrong, or the error that the destination threw.
    public func run() async throws {
        try expect(
            !(try make() is any TransactionalDestination), "it is transactional, and so has nothing to say later")
        try await checkToTheEnd()
        try await checkClose()
    }

    private static let commits = 6
    private static let recordsInCommit = 5

    private func open(_ name: String) async throws -> any AcknowledgingWriter {
        let stream = DestinationStream(
            name, schema: Schema([Field("id", .integer)]), keys: ["id"], checkpointID: "contract")
        guard let writer = try await make().open(stream) as? any AcknowledgingWriter else {
            throw ContractFailure("its writers do not acknowledge")
        }
        try expect(writer.acknowledged == 0, "\(writer.acknowledged) is acknowledged before the first commit")
        return writer
    }

    /// Writes and commits, and sees after each commit that what is acknowledged is there.
    private func write(_ name: String, to writer: any AcknowledgingWriter, endsStream: Bool) async throws {
        var before = 0
        for sequence in 1...Self.commits {
            let ids = (sequence - 1) * Self.recordsInCommit..<sequence * Self.recordsInCommit
            var diagnostics = Diagnostics()
            let prepared = try writer.prepare(
                RecordBatch(records: ids.map { JSONObject([("id", .int($0))]) }), &diagnostics)
            try expect(diagnostics.rejects.isEmpty, "good records are rejected: \(diagnostics.rejects)")
            try await writer.write(prepared)
            let isLast = endsStream && sequence == Self.commits
            _ = try await writer.commit(
                Commit(sequence: sequence, checkpoint: Checkpoint(["done": .int(sequence)]), isLast: isLast))
            let acknowledged = writer.acknowledged
            try expect(acknowledged >= before, "it took back commit \(before) and acknowledges \(acknowledged)")
            try expect(acknowledged <= sequence, "it acknowledges \(acknowledged) after commit \(sequence)")
            if isLast { try expect(acknowledged == sequence, "the last commit returned before it was acknowledged") }
            try await expectThere(name, upTo: acknowledged)
            before = acknowledged
        }
    }

    private func expectThere(_ name: String, upTo sequence: Int) async throws {
        let found = Set(try await contents(name).compactMap { $0["id"]?.intValue })
        let missing = (0..<sequence * Self.recordsInCommit).filter { !found.contains($0) }
        try expect(missing.isEmpty, "commit \(sequence) is acknowledged and the records \(missing) are missing")
    }

    private func checkToTheEnd() async throws {
        let name = "contract_end"
        let writer = try await open(name)
        try await write(name, to: writer, endsStream: true)
        try await expectThere(name, upTo: Self.commits)
        try await writer.close()
    }

    private func checkClose() async throws {
        let name = "contract_close"
        let writer = try await open(name)
        try await write(name, to: writer, endsStream: false)
        let before = writer.acknowledged
        try await writer.close()
        try expect(writer.acknowledged >= before, "closing took back what was acknowledged")
        try await expectThere(name, upTo: writer.acknowledged)
    }
}
