// SPDX-License-Identifier: Apache-2.0

import CartloadCore
import CartloadFlow
import CartloadFormats
import CartloadSinger
import CartloadTesting
import TestSupport
import Testing

/// A stream that makes batch files itself, as a database's bulk unload does.
@Suite struct BatchUnloadingTests {
    /// Unloads three batches of two records, each with a secret.
    private struct Unloading: Source, BatchUnloading {
        let folder: String
        var compression = Compression.none
        var fails = false
        let description = StreamDescription(
            "users",
            schema: Schema([Field("id", .integer), Field("name", .string), Field("secret", .string)]), keys: ["id"])

        func streams() async throws -> [any CartloadCore.Stream] { [self] }

        func batches(since checkpoint: Checkpoint?) async throws -> [BatchDescription] {
            let done = checkpoint?.value["done"]?.intValue ?? 0
            return (done..<3).map { ["n": .int($0)] }
        }

        func read(_ batch: BatchDescription, into output: BatchOutput) async throws {
            preconditionFailure("the files are asked for")
        }

        func batches(
            of batch: BatchDescription, configuration: BatchConfiguration,
            send: @Sendable (UnloadedBatch) async throws -> Void
        ) async throws {
            let number = batch["n"]?.intValue ?? 0
            let path = "\(configuration.root)/unloaded-\(number).jsonl"
            let text = (1...2).map { #"{"id":\#(number * 2 + $0),"name":"n","secret":"hush\#(number)"}"# + "\n" }
                .joined()
            let bytes = BlockCompressor(compression).compress(Bytes(text))
            try TemporaryFolder.write(path, bytes.withUnsafeBytes { Array($0) })
            if fails, number == 1 { throw CartloadError(CartloadError.Code("test.failure"), "the unload failed") }
            try await send(
                UnloadedBatch(
                    BatchFiles(paths: [path], format: "jsonl", compression: compression.rawValue), recordCount: 2,
                    checkpoint: Checkpoint(["done": .int(number + 1)])))
        }
    }

    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func trial(_ compression: String = "none") throws -> TapTrial {
        try TapTrial([
            "batch_config": [
                "encoding": ["format": "jsonl", "compression": .string(compression)],
                "storage": ["root": .string(folder.path)], "batch_size": 3,
            ]
        ])
    }

    private func catalog(selectsSecret: Bool) throws -> Catalog {
        let text = """
            {"streams":[{"tap_stream_id":"users","schema":{"type":"object","properties":{"id":{"type":"integer"},
            "name":{"type":["string","null"]},"secret":{"type":["string","null"]}}},"metadata":[
            {"breadcrumb":[],"metadata":{"selected":true,"table-key-properties":["id"]}},
            {"breadcrumb":["properties","secret"],"metadata":{"selected":\(selectsSecret)}}]}]}
            """
        return try Catalog(JSONValue(parsing: text))
    }

    @Test(arguments: [false, true])
    func itsFilesAreNamedAsTheyAre(hasCatalog: Bool) async throws {
        var trial = try trial()
        if hasCatalog { trial.catalog = try catalog(selectsSecret: true) }
        #expect(await trial.run(Unloading(folder: folder.path)) == nil)
        let batches = try trial.messages("BATCH")
        #expect(
            batches.compactMap { $0["manifest"] }
                == (0..<3).map { .array([.string("file://\(folder.path)/unloaded-\($0).jsonl")]) })
        #expect(batches.allSatisfy { $0["size"] == 2 })
        // A state after each, and files that were made once.
        #expect(
            try trial.lines.map { try JSONValue(parsing: $0)["type"]?.stringValue } == [
                "SCHEMA", "BATCH", "STATE", "BATCH", "STATE", "BATCH", "STATE", "STATE",
            ])
        #expect(folder.names() == (0..<3).map { "unloaded-\($0).jsonl" })
    }

    /// The field is in the files that the stream made: they must not be named, must not stay, and nothing else may have it.
    @Test(arguments: ["none", "gzip", "zstd"])
    func whatIsNotSelectedIsInNoByteThatLeaves(compression: String) async throws {
        var trial = try trial(compression)
        trial.catalog = try catalog(selectsSecret: false)
        #expect(await trial.run(Unloading(folder: folder.path, compression: .gzip)) == nil)
        let files = try trial.messages("BATCH").flatMap { $0["manifest"]?.arrayValue ?? [] }.compactMap(\.stringValue)
        #expect(!files.isEmpty && files.allSatisfy { !$0.contains("unloaded") })
        #expect(folder.names().count == files.count && folder.names().allSatisfy { !$0.hasPrefix("unloaded") })
        for line in trial.lines { #expect(!line.contains("hush") && !line.contains("secret")) }

        var target = TargetTrial()
        target.options.batchFiles.access = try BatchFileAccess(roots: [folder.path])
        let destination = WatchedDestination(target.log)
        #expect(await target.run(trial.text, into: destination) == nil)
        #expect(
            destination.records("users").map { JSONValue.object($0).description }
                == (1...6).map { #"{"id":\#($0),"name":"n"}"# })
        for name in folder.names() {
            let plain = try DecompressingReader(ScriptedReader(Bytes(folder.bytes(name)))).readAll().text
            #expect(!plain.contains("hush") && !plain.contains("secret"))
        }
        // The batches are those of the configuration, not those of the stream.
        #expect(try trial.messages("BATCH").compactMap { $0["size"]?.intValue }.reduce(0, +) == 6)
    }

    @Test func aProcessorOrValidationLooksIntoTheRecordsToo() async throws {
        for change in [
            { (options: inout TapOptions) in options.processors = [DropProcessor(["secret"])] },
            { (options: inout TapOptions) in options.validates = true },
        ] {
            var trial = try trial()
            change(&trial.options)
            #expect(await trial.run(Unloading(folder: folder.path)) == nil)
            #expect(folder.names().allSatisfy { !$0.hasPrefix("unloaded") })
        }
    }

    @Test func anInterruptedUnloadGoesOnWhereItWas() async throws {
        let first = try trial()
        let error = await first.run(Unloading(folder: folder.path, fails: true))
        #expect(error?.code.rawValue == "test.failure")
        #expect(try first.messages("BATCH").count == 1)
        var second = try trial()
        second.state = try #require(first.states.last)
        #expect(await second.run(Unloading(folder: folder.path)) == nil)
        #expect(
            try second.messages("BATCH").compactMap { $0["manifest"] }
                == (1..<3).map { .array([.string("file://\(folder.path)/unloaded-\($0).jsonl")]) })
    }

    /// Without selection a failing rewrite must not leave the stream's own files behind.
    @Test func filesThatAreRewrittenAreDeletedWhenTheRunFailsToo() async throws {
        var trial = try trial()
        trial.catalog = try catalog(selectsSecret: false)
        let gone = LineOutput { _ in throw CartloadError(.singerOutput, "gone") }
        #expect(await trial.run(Unloading(folder: folder.path), output: gone)?.code == .singerOutput)
        for name in folder.names() {
            #expect(!name.hasPrefix("unloaded"))
        }
    }
}
