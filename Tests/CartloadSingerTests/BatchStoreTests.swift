// SPDX-License-Identifier: Apache-2.0

import CartloadCore
import CartloadFlow
import CartloadFormats
import CartloadStorage
import CartloadTesting
import Foundation
import TestSupport
import Testing

@testable import CartloadSinger

/// Batch files in S3: a tap writes them whole before it names them, a target reads them and may remove them.
@Suite struct BatchStoreTests {
    private static let root = "s3://bucket/night"

    private func storage(_ server: ObjectStoreServer, root: String = root, prefix: String = "part-") -> JSONValue {
        [
            "root": .string(root), "prefix": .string(prefix),
            "params": ["key": "key", "secret": "hush", "endpoint_url": .string(server.endpoint)],
        ]
    }

    private func tap(
        _ server: ObjectStoreServer, _ encoding: JSONValue = ["format": "jsonl"], size: Int = 10,
        root: String = root
    ) throws -> TapTrial {
        try TapTrial([
            "batch_config": [
                "encoding": encoding, "storage": storage(server, root: root), "batch_size": .int(size),
            ]
        ])
    }

    private func target(_ server: ObjectStoreServer, _ more: [String: JSONValue] = [:]) throws -> TargetTrial {
        var settings = JSONObject([("batch_config", ["storage": storage(server)])])
        for (name, value) in more { settings[name] = value }
        return try TargetTrial(.object(settings))
    }

    /// Records 1 to n in batches of ten.
    private func source(_ count: Int, padding: Int = 0) -> MemorySource {
        let name = String(repeating: "x", count: padding)
        return MemorySource(
            "users",
            stride(from: 1, through: count, by: 10).map { first in
                RecordBatch(.rows(Rows((first...min(first + 9, count)).map { #"{"id":\#($0),"name":"\#(name)"}"# })))
            })
    }

    private func manifests(_ trial: TapTrial) throws -> [String] {
        try trial.messages("BATCH").flatMap { $0["manifest"]?.arrayValue ?? [] }.compactMap(\.stringValue)
    }

    @Test(arguments: ["jsonl", "csv"], Compression.allCases)
    func aTapWritesObjectsAndATargetReadsThem(format: String, compression: Compression) async throws {
        let server = try ObjectStoreServer()
        let tap = try tap(server, ["format": .string(format), "compression": .string(compression.rawValue)])
        #expect(await tap.run(source(35)) == nil)
        let suffix = ".\(format)\(compression.suffix)"
        let names = (1...4).map { "s3://bucket/night/part-tap-test--users-run-\($0)\(suffix)" }
        #expect(try manifests(tap) == names)
        #expect(server.objects.keys.map { "s3://\($0)" }.sorted() == names)
        #expect(!server.requests.contains { !$0.isSigned })

        let target = try target(server)
        let destination = WatchedDestination(target.log)
        #expect(await target.run(tap.text, into: destination) == nil)
        #expect(destination.ids("users") == Array(1...35))
        // Nothing of what they wrote or said has the secret in it.
        #expect(!(tap.log.events + target.log.events).contains { $0.contains("hush") })
    }

    @Test(arguments: ["s3://bucket", "s3://bucket/", "s3://bucket/a b/c+d%41"]) func everyRootIsWrittenAndRead(
        root: String
    ) async throws {
        let server = try ObjectStoreServer()
        let tap = try tap(server, root: root)
        #expect(await tap.run(source(3)) == nil)
        let folder = root.dropFirst("s3://bucket".count).drop { $0 == "/" }
        #expect(
            server.objects.keys.sorted() == [
                "bucket/\(folder.isEmpty ? "" : folder + "/")part-tap-test--users-run-1.jsonl"
            ])
        let target = try TargetTrial(["batch_config": ["storage": storage(server, root: root)]])
        let destination = WatchedDestination(target.log)
        #expect(await target.run(tap.text, into: destination) == nil && destination.ids("users") == [1, 2, 3])
    }

    /// When a message leaves, its object is there with every record.
    @Test func anObjectIsWholeBeforeItIsNamed() async throws {
        let server = try ObjectStoreServer()
        let tap = try tap(server)
        let output = tap.log.output("out")
        let found = EventLog()
        let error = await tap.run(
            source(30),
            output: LineOutput { buffer in
                for line in String(decoding: buffer, as: UTF8.self).split(separator: "\n") {
                    let message = try JSONValue(parsing: String(line))
                    guard let uri = message["manifest"]?.arrayValue?.first?.stringValue else { continue }
                    let lines = server.objects[String(uri.dropFirst(5))]?.split(separator: UInt8(ascii: "\n")).count
                    found.note("lines \(lines ?? -1)")
                }
                try output.put(buffer)
            })
        #expect(error == nil && found.all("lines") == ["10", "10", "10"])
    }

    /// The second object is refused: the first is acknowledged, and nothing behind it.
    @Test func whatTheStoreRefusesIsNotNamed() async throws {
        let server = try ObjectStoreServer { request in
            request.method == "PUT" && request.object.hasSuffix("-2.jsonl")
                ? .init(
                    status: "403 Forbidden",
                    body: Data("<Error><Code>AccessDenied</Code><Message>not with hush</Message></Error>".utf8)) : nil
        }
        let tap = try tap(server)
        let error = await tap.run(source(30))
        #expect(error?.code == .s3Denied && error?.description.contains("hush") == false)
        #expect(error?.message.contains("AccessDenied") == true)
        #expect(try manifests(tap) == ["s3://bucket/night/part-tap-test--users-run-1.jsonl"])
        #expect(try tap.messages("BATCH").count == 1 && server.objects.count == 1)
    }

    /// A file of many parts appears whole or not at all.
    @Test(arguments: [false, true]) func aLargeFileGoesInParts(fails: Bool) async throws {
        let server = try ObjectStoreServer { request in
            fails && request.query.contains("partNumber=2") ? .init(status: "403 Forbidden") : nil
        }
        let tap = try tap(server, size: 100_000)
        let error = await tap.run(source(20, padding: 1 << 20))
        #expect(server.requests.contains { $0.query.contains("partNumber=2") })
        #expect(server.openUploads == 0)
        #expect(fails ? error?.code == .s3Denied : error == nil)
        // On a busy machine a checkpoint may end the file sooner.
        #expect(try server.objects.count == tap.messages("BATCH").count)
        #expect(
            server.requests.filter { $0.query.contains("partNumber=2") }.allSatisfy { request in
                server.objects[request.object] == nil || !fails
            })
        guard !fails else { return }
        let target = try target(server)
        let destination = WatchedDestination(target.log)
        #expect(await target.run(tap.text, into: destination) == nil)
        #expect(destination.ids("users") == Array(1...20))
    }

    // MARK: Reading

    private func load(
        _ server: ObjectStoreServer, _ files: [String], _ settings: [String: JSONValue] = [:]
    ) async throws -> (ids: [Int], error: CartloadError?, trial: TargetTrial) {
        let trial = try target(server, settings)
        let destination = WatchedDestination(trial.log)
        let error = await trial.run(
            Message.users + Message.batch("users", files) + Message.state(1), into: destination)
        return (destination.ids("users"), error, trial)
    }

    /// A message cannot make us ask for what is outside.
    @Test(arguments: ["s3://bucket/other/a", "s3://bucket/night/../a", "s3://other/night/a", "s3://bucket/nightly/a"])
    func nothingElseIsAskedFor(entry: String) async throws {
        let server = try ObjectStoreServer()
        server.objects = ["bucket/other/a": Data("{\"id\":1}\n".utf8), "bucket/a": Data("{\"id\":1}\n".utf8)]
        let (ids, error, trial) = try await load(server, [entry])
        #expect(error?.code == .batchFile && ids == [] && trial.states == [] && server.requests.isEmpty)
    }

    /// Bytes tell how an object is compressed, and relative names begin at the root.
    @Test(arguments: Compression.allCases) func anObjectTellsHowItIsCompressed(compression: Compression) async throws {
        let server = try ObjectStoreServer()
        let bytes = BlockCompressor(compression).compress(Bytes((1...500).map { "{\"id\":\($0)}\n" }.joined()))
        server.objects["bucket/night/sub/a"] = Data(bytes.withUnsafeBytes { Array($0) })
        let (ids, error, _) = try await load(server, ["sub/a"])
        #expect(error == nil && ids == Array(1...500))
    }

    enum Fault: String, CaseIterable, Sendable { case missing, broken, large, denied }

    @Test(arguments: Fault.allCases) func anObjectThatCannotBeReadWholeEndsTheRun(fault: Fault) async throws {
        let text = (1...40_000).map { "{\"id\":\($0)}\n" }.joined()
        let server = try ObjectStoreServer { request in
            guard request.object.hasSuffix("b") else { return nil }
            switch fault {
            case .broken: return .init(status: "200 OK", body: Data(text.utf8), claimed: text.utf8.count + 10)
            case .denied:
                return .init(status: "403 Forbidden", body: Data("<Error><Message>hush</Message></Error>".utf8))
            case .missing, .large: return nil
            }
        }
        server.objects["bucket/night/a"] = Data("{\"id\":1}\n".utf8)
        if fault == .large { server.objects["bucket/night/b"] = Data(text.utf8) }
        let (_, error, trial) = try await load(
            server, ["s3://bucket/night/a", "s3://bucket/night/b"],
            fault == .large ? ["max_batch_file_bytes": .int(text.utf8.count - 1)] : [:])
        let expected: [CartloadError.Code] =
            switch fault {
            case .missing: [.s3NotFound]
            case .broken: [.brokenOff]
            case .large: [.tooLarge, .batchFile]
            case .denied: [.s3Denied]
            }
        #expect(error.map { expected.contains($0.code) } == true, "\(error?.description ?? "no error")")
        #expect(error?.description.contains("hush") == false && trial.states == [])
    }

    /// A store that has too much to do for a moment ends neither a tap nor a target.
    @Test func aBusyStoreIsAskedAgain() async throws {
        let log = EventLog()
        let server = try ObjectStoreServer { request in
            log.note(request.method)
            return log.events.count { $0 == request.method } == 1 ? .init(status: "503 Slow Down") : nil
        }
        let tap = try tap(server)
        #expect(await tap.run(source(3)) == nil)
        let target = try target(server)
        let destination = WatchedDestination(target.log)
        #expect(await target.run(tap.text, into: destination) == nil && destination.ids("users") == [1, 2, 3])
        #expect(log.events == ["PUT", "PUT", "GET", "GET"])
    }

    // MARK: Removing

    /// Objects go once their records are durable and the STATE is out, not before.
    @Test func usedUpObjectsAreRemovedAfterTheCommit() async throws {
        let log = EventLog()
        let server = try ObjectStoreServer { request in
            log.note("\(request.method) \(request.object)")
            return nil
        }
        server.objects = ["bucket/night/a": Data("{\"id\":1}\n".utf8), "bucket/night/b": Data("{\"id\":2}\n".utf8)]
        let trial = try target(server, ["clean_up_batch_files": true])
        let destination = WatchedDestination(log)
        let messages = Message.users + Message.batch("users", ["s3://bucket/night/a"])
        #expect(await trial.run(messages, into: destination) == nil)
        #expect(destination.ids("users") == [1])
        #expect(Array(server.objects.keys) == ["bucket/night/b"], "what no message named stays")
        let events = log.events
        let removal = try #require(events.firstIndex(of: "DELETE bucket/night/a"))
        let commit = try #require(events.firstIndex { $0.hasPrefix("commit") })
        #expect(commit < removal)
    }

    @Test func objectsStayWhenTheirRecordsAreNotDurable() async throws {
        let server = try ObjectStoreServer()
        server.objects = ["bucket/night/a": Data("{\"id\":1}\n".utf8)]
        let trial = try target(server, ["clean_up_batch_files": true])
        let destination = WatchedDestination(trial.log, failsAt: "commit")
        let error = await trial.run(
            Message.users + Message.batch("users", ["s3://bucket/night/a"]), into: destination)
        #expect(error != nil && server.objects.count == 1)
    }

    @Test func whatCannotBeRemovedIsToldOnce() async throws {
        let server = try ObjectStoreServer { $0.method == "DELETE" ? .init(status: "403 Forbidden") : nil }
        server.objects = ["bucket/night/a": Data("{\"id\":1}\n".utf8), "bucket/night/b": Data("{\"id\":2}\n".utf8)]
        let (ids, error, trial) = try await load(
            server, ["s3://bucket/night/a", "s3://bucket/night/b"], ["clean_up_batch_files": true])
        #expect(error == nil && ids == [1, 2] && trial.states.count == 1)
        #expect(trial.warnings.all.map(\.code) == [.s3Denied])
    }

    // MARK: Filters and streams that make files themselves

    @Test func aPackerWritesObjectsAndAnUnpackerReadsThem() async throws {
        let server = try ObjectStoreServer()
        let options = try PackOptions(
            JSONObject([("storage", storage(server)), ("encoding", ["compression": "gzip"]), ("batch_size", 4)]))
        let messages = Message.users + (1...9).map { Message.record("users", $0) }.joined() + Message.state(9)
        let packed = FilterTrial()
        #expect(await packed.pack(messages, options) == nil)
        #expect(packed.types == ["SCHEMA", "BATCH", "BATCH", "BATCH", "STATE"] && server.objects.count == 3)
        let settings = JSONObject([
            ("batch_config", ["storage": storage(server)]), ("clean_up_batch_files", true),
        ])
        let unpacked = FilterTrial()
        let back = try UnpackRun.Options(Configuration(settings, settings: UnpackRun.Options.settings))
        #expect(await unpacked.unpack(packed.text, back) == nil)
        #expect(try unpacked.messages("RECORD").compactMap { $0["record"]?["id"]?.intValue } == Array(1...9))
        #expect(server.objects.isEmpty)
    }

    /// Makes one file of three records.
    private struct Unloading: Source, BatchUnloading {
        let paths: EventLog
        let description = StreamDescription("users", schema: Schema([Field("id", .integer), Field("name", .string)]))

        func streams() async throws -> [any CartloadCore.Stream] { [self] }
        func batches(since checkpoint: Checkpoint?) async throws -> [BatchDescription] { [["n": 0]] }
        func read(_ batch: BatchDescription, into output: BatchOutput) async throws {
            preconditionFailure("the files are asked for")
        }

        func batches(
            of batch: BatchDescription, configuration: BatchConfiguration,
            send: @Sendable (UnloadedBatch) async throws -> Void
        ) async throws {
            let path = try configuration.newFile("users.jsonl")
            paths.note("made \(path)")
            try TemporaryFolder.write(path, Array("{\"id\":1}\n{\"id\":2}\n{\"id\":3}\n".utf8))
            try await send(
                UnloadedBatch(BatchFiles(paths: [path], format: "jsonl", compression: "none"), recordCount: 3))
        }
    }

    /// As they are, or read and written anew when a processor looks into them; nothing stays on this machine.
    @Test(arguments: [false, true]) func filesThatAStreamMakesAreUploaded(isProcessed: Bool) async throws {
        let server = try ObjectStoreServer()
        var tap = try tap(server)
        if isProcessed { tap.options.processors = [DropProcessor(["name"])] }
        let made = EventLog()
        #expect(await tap.run(Unloading(paths: made)) == nil)
        let path = try #require(made.all("made").first)
        #expect(!FileManager.default.fileExists(atPath: path))
        #expect(!FileManager.default.fileExists(atPath: (path as NSString).deletingLastPathComponent))
        let object = try #require(server.objects.first)
        #expect(server.objects.count == 1 && object.key.hasPrefix("bucket/night/part-"))
        #expect(try manifests(tap) == ["s3://" + object.key])
        #expect(String(decoding: object.value, as: UTF8.self) == "{\"id\":1}\n{\"id\":2}\n{\"id\":3}\n")
    }
}
