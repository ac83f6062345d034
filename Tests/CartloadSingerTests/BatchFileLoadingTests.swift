// SPDX-License-Identifier: Apache-2.0

import CartloadCore
import CartloadFlow
import CartloadSinger
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
