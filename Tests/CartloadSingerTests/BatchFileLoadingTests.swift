// SPDX-License-Identifier: Apache-2.0

import CartloadCore
import CartloadFlow
import CartloadSinger
import TestSupport
import Testing

/// A destination that loads files itself is asked only where nobody else looks into the records (I4).
@Suite struct BatchFileLoadingTests {
    let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
        try folder.write("a", "{\"id\":1}\n{\"id\":2}\n")
        try folder.write("b", "{\"id\":3}\n")
    }

    private func load(
        _ change: (inout TargetOptions) -> Void, schema: String = Message.users, version: String = "",
        formats: Set<String> = ["jsonl"]
    ) async throws -> TargetTrial {
        var trial = TargetTrial()
        trial.options.batchFiles.access = try BatchFileAccess(roots: [folder.path])
        trial.options.validates = false
        change(&trial.options)
        let messages =
            schema + Message.record("users", 0, "", version)
            + Message.batch("users", [folder.path + "/a", folder.path + "/b"]) + Message.record("users", 9, "", version)
            + Message.state(1)
        #expect(await trial.run(messages, into: LoadingDestination(trial.log, formats: formats)) == nil)
        return trial
    }

    @Test func whereNobodyLooksTheFilesAreHandedOverInOrder() async throws {
        let trial = try await load { _ in }
        #expect(trial.log.events.filter { $0 == "asked" }.count == 1)
        #expect(
            trial.log.events.filter { $0 != "asked" } == [
                "write 1", "load a,b none raw", "write 1", "commit", #"state {"n":1}"#,
            ])
        #expect(trial.meter.snapshot.recordsWritten == 12)
        #expect(trial.meter.snapshot.batchesDone == 1)
    }

    private func messages(_ counts: String) -> String {
        let files = "\(folder.path)/a\",\"\(folder.path)/b"
        return Message.users + Message.record("users", 0) + Message.state(1)
            + Message.batch("users", [files], counts) + Message.record("users", 9) + Message.state(2)
    }

    private func trial() throws -> TargetTrial {
        var trial = TargetTrial()
        trial.options.batchFiles.access = try BatchFileAccess(roots: [folder.path])
        trial.options.validates = false
        return trial
    }

    /// The loader says that there were ten.
    @Test func anotherCountThanTheMessagesIsAnError() async throws {
        let trial = try trial()
        let messages = messages(#","batch_size":3"#)
        let error = await trial.run(messages, into: LoadingDestination(trial.log))
        #expect(error?.code == .batchFile && error?.location.line == 4)
        #expect(error?.message == "the files of the batch have 10 records and the message says 3")
        // What came before is committed and its STATE out; the files are not, and nothing is after them.
        #expect(
            trial.log.events.filter { $0 != "asked" } == [
                "write 1", "commit", #"state {"n":1}"#, "load a,b none raw",
            ])
    }

    @Test(arguments: [(#","batch_size":10"#, 0), (#","size":5"#, 0), (#","size":4"#, 1), ("", 0)])
    func theRightCountIsFineAndABoundOnlyNoticed(counts: String, warnings: Int) async throws {
        let trial = try trial()
        #expect(await trial.run(messages(counts), into: LoadingDestination(trial.log)) == nil)
        #expect(trial.states == [#"{"n":2}"#] || trial.states == [#"{"n":1}"#, #"{"n":2}"#])
        #expect(trial.warnings.all.count == warnings && trial.warnings.all.allSatisfy { $0.location.line == 4 })
    }

    @Test func theyAreDeletedAfterTheCommitIfAsked() async throws {
        _ = try await load { $0.batchFiles.cleansUp = true }
        #expect(folder.names() == [])
    }

    @Test func whoeverCannotLoadThemGetsRecords() async throws {
        let trial = try await load({ _ in }, formats: ["csv"])
        #expect(trial.log.events.contains("asked") && !trial.log.events.contains { $0.hasPrefix("load") })
        #expect(trial.log.all("write").compactMap { Int($0) }.reduce(0, +) == 5)
    }

    @Test(arguments: ["validation", "metadata", "processors", "versions", "taken columns"])
    func whereSomebodyLooksNobodyIsAsked(reason: String) async throws {
        let carrying = Message.schema("users", #""id":{"type":"integer"},"_sdc_sequence":{"type":"integer"}"#)
        let trial = try await load(
            { options in
                switch reason {
                case "validation": options.validates = true
                case "metadata": options.addsMetadata = true
                case "processors": options.processors = [DropProcessor(["name"])]
                default: break
                }
            }, schema: reason == "taken columns" ? carrying : Message.users,
            version: reason == "versions" ? #","version":1"# : "")
        #expect(!trial.log.events.contains("asked"))
        #expect(trial.log.all("write").compactMap { Int($0) }.reduce(0, +) == 5)
        #expect(trial.states.count == 1)
    }
}
