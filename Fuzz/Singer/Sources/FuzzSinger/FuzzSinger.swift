// SPDX-License-Identifier: Apache-2.0

import CartloadCore
import CartloadFlow
import CartloadFormats
@testable import CartloadSinger
import CartloadTesting
import Dispatch
import Foundation
import Synchronization

/// Reads any bytes as messages in two ways, whole and in small blocks, and compares; the first bytes choose the options and
/// the sizes. Now and then the whole target and an unpacker do the same, with all of their threads, which takes far longer.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzSinger(_ data: UnsafePointer<UInt8>, _ size: Int) -> Int32 {
    guard size > 3 else { return 0 }
    let bytes = Bytes(copying: UnsafeRawBufferPointer(start: data + 3, count: size - 3))
    let choice = data[0]
    var options = TargetOptions()
    options.validates = choice & 1 != 0
    options.addsMetadata = choice & 2 != 0
    options.infersSchemas = choice & 4 != 0
    options.skipsOtherLines = choice & 8 != 0
    options.unknownMessages = choice & 16 != 0 ? .skip : .fail
    options.passesEmptyState = choice & 32 != 0
    options.drain.records = choice & 64 != 0 ? 1 : 1000
    options.maximumMessageBytes = 2048
    options.batchFiles.access = files.access
    options.batchFiles.maximumBytes = 4096
    options.batchFiles.concurrency = Int(data[1] & 3) + 1

    var small = options
    small.blockSize = Int(data[1]) + 16
    let piece = Int(data[2] & 31) + 1
    compare(route(bytes, options, piece: .max), route(bytes, small, piece: piece))
    guard data[2] >= 240 else { return 0 }
    compare(read(bytes, options, workers: 1, piece: .max), read(bytes, small, workers: 2, piece: piece))
    filter(bytes, options, small, choice)
    return 0
}

func compare(_ whole: Reading, _ pieces: Reading) {
    expect(
        (whole.error == nil) == (pieces.error == nil),
        "\(whole.error ?? "no error") became \(pieces.error ?? "no error")")
    // A state of the one is a state of the other: fewer leave where more are in a block.
    expect(whole.states.allSatisfy(pieces.states.contains), "\(whole.states) became \(pieces.states)")
    if whole.error == nil {
        expect(whole.states.last == pieces.states.last, "\(whole.states) became \(pieces.states)")
        expect(whole.records == pieces.records, "\(whole.records)\nbecame\n\(pieces.records)")
    }
}

/// What an unpacker makes of the same bytes must be messages again.
func filter(_ bytes: Bytes, _ target: TargetOptions, _ small: TargetOptions, _ choice: UInt8) {
    var options = UnpackRun.Options()
    options.files = target.batchFiles
    options.validates = choice & 128 != 0
    options.blockSize = small.blockSize
    options.maximumMessageBytes = target.maximumMessageBytes
    let output = Mutex<[UInt8]>([])
    let settled = options
    let error = outcome {
        try await UnpackRun(
            settled, input: { ScriptedReader(bytes) },
            output: LineOutput { buffer in
                let text = Array(buffer)
                output.withLock { $0 += text }
            }, workers: 2
        ).run()
    }
    let text = Bytes(output.withLock { $0 })
    guard error == nil, !options.validates else { return }
    var diagnostics = Diagnostics()
    let lines = try? MessageLines.scan(text, &diagnostics)
    // Lines of a batch's files are looked at no more than needed: they are ours here, and whole.
    expect(lines != nil && diagnostics.rejects.isEmpty, "the unpacker wrote \(text.text)")
}

/// What came of reading.
struct Reading {
    var records: [String: [String]] = [:]
    var states: [String] = []
    var error: String?
}

/// The router and what workers do, on one task.
func route(_ bytes: Bytes, _ options: TargetOptions, piece: Int) -> Reading {
    let kept = Mutex(Reading())
    let destination = TextDestination()
    let error = outcome {
        func take(_ piece: TargetPiece) async throws {
            switch piece {
            case .schema(let plan, let answer):
                _ = try plan.written()
                let stream = DestinationStream(plan.message.stream, checkpointID: "f")
                await answer.give(.success(try await destination.open(stream)))
            case .records(let stream, let records):
                guard case .records(_, let prepared, let diagnostics, _, _) = try stream.prepare(records) else { return }
                if let first = diagnostics.rejects.first { throw first.error }
                guard let lines = prepared?.payload as? [String] else { return }
                kept.withLock { $0.records[stream.name, default: []] += lines }
            case .state(let value): kept.withLock { $0.states.append(value.text) }
            default: break
            }
        }
        let clock = RunClock(
            now: ManualClock().runClock.now, wallSeconds: { 1_795_170_460 }, sleep: { _ in },
            wall: { Instant(microseconds: 1_795_170_460_607_921) })
        var router = TargetRouter(
            options, clock: clock, send: take,
            readFiles: { files, stream, stamps in
                var counts: [Int] = []
                for file in files.batches {
                    counts.append(0)
                    let count = Mutex(0)
                    try await files.read(
                        file,
                        into: BatchOutput(blockSize: options.blockSize) { element in
                            guard case .records(let batch, _, _, let diagnostics) = element else { return }
                            count.withLock { $0 += batch.count ?? 0 }
                            let records = TargetRecords(batch: batch, stamps: stamps, diagnostics: diagnostics)
                            guard case .records(_, let prepared, let found, _, _) = try stream.prepare(records) else {
                                return
                            }
                            if let first = found.rejects.first { throw first.error }
                            guard let lines = prepared?.payload as? [String] else { return }
                            kept.withLock { $0.records[stream.name, default: []] += lines }
                        })
                    counts[counts.count - 1] = count.withLock { $0 }
                }
                return counts
            }, warn: { _ in })
        let splitter = try JSONLinesFormat().splitter(
            over: ScriptedReader(bytes) { _ in piece },
            SplitOptions(blockSize: options.blockSize, maximumRecordBytes: options.maximumMessageBytes))
        while let block = try splitter.next() {
            var diagnostics = Diagnostics()
            let origin = block.start.location(in: "fuzz")
            let lines = try MessageLines.scan(block.bytes, origin: origin, isFirst: block.isFirst, &diagnostics)
            let fault = options.skipsOtherLines ? nil : diagnostics.rejects.first
            try await router.route(
                lines, origin: origin, hasTokens: diagnostics.warnings[.notFinite] != nil,
                until: fault.flatMap { $0.location.byte.map { $0 - block.start.byte } })
            if let fault { throw fault.error }
        }
    }
    return kept.withLock { reading in
        reading.error = error
        return reading
    }
}

func read(_ bytes: Bytes, _ options: TargetOptions, workers: Int, piece: Int) -> Reading {
    let destination = TextDestination()
    let output = Mutex<[String]>([])
    let clock = RunClock(
        now: ManualClock().runClock.now, wallSeconds: { 1_795_170_460 },
        wall: { Instant(microseconds: 1_795_170_460_607_921) })
    let error = outcome {
        try await TargetRun(
            destination, input: { ScriptedReader(bytes) { _ in piece } },
            output: LineOutput { buffer in
                let text = String(decoding: buffer, as: UTF8.self)
                output.withLock { $0.append(text) }
            },
            options: options, clock: clock, workers: workers
        ).run()
    }
    return Reading(records: destination.records, states: output.withLock { $0 }, error: error)
}

/// Keeps the text of records, those that were committed.
final class TextDestination: Destination {
    private let kept = Mutex<[String: [String]]>([:])

    var records: [String: [String]] { kept.withLock { $0 } }

    func open(_ stream: DestinationStream) async throws -> any DestinationWriter {
        Writer(destination: self, name: stream.name)
    }

    private final class Writer: DestinationWriter {
        let destination: TextDestination
        let name: String
        private let pending = Mutex<[String]>([])

        init(destination: TextDestination, name: String) {
            self.destination = destination
            self.name = name
        }

        func prepare(_ batch: RecordBatch, _ diagnostics: inout Diagnostics) throws -> PreparedBatch {
            // Numbers of records differ with the blocks where metadata counts them; their texts do not otherwise.
            let rows = try batch.rows(&diagnostics)
            let lines = (0..<rows.count).map { row in
                let text = rows[row].text
                return text.range(of: ",\"_sdc_sequence\":").map { String(text[..<$0.lowerBound]) } ?? text
            }
            return PreparedBatch(lines, recordCount: rows.count, byteCount: batch.byteCount)
        }

        func write(_ batch: PreparedBatch) async throws {
            guard let lines = batch.payload as? [String] else { fatalError("another writer's batch") }
            pending.withLock { $0 += lines }
        }

        func commit(_ commit: Commit) async throws -> JSONValue {
            let lines = pending.withLock { pending in
                defer { pending = [] }
                return pending
            }
            destination.kept.withLock { $0[name, default: []] += lines }
            return .null
        }
    }
}

/// The files that messages may name: `a.jsonl` and `b.csv`, relative to their folder.
struct BatchFolder {
    let access: BatchFileAccess

    init() throws {
        let path = NSTemporaryDirectory() + "cartload-fuzz-singer"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        try Data("{\"id\":1}\n{\"id\":2,\"name\":\"x\"}".utf8).write(to: URL(filePath: path + "/a.jsonl"))
        try Data("id,name\n3,x\n4,\n".utf8).write(to: URL(filePath: path + "/b.csv"))
        try Data(#"{"type":"RECORD","stream":"s","record":{"id":5}}"#.utf8).write(to: URL(filePath: path + "/w.jsonl"))
        access = try BatchFileAccess(storageRoot: path)
    }
}

let files: BatchFolder = {
    do { return try BatchFolder() } catch { fatalError("\(error)") }
}()

/// Waits for a run; the error's code and message, without its place, when it fails.
func outcome(_ body: @escaping @Sendable () async throws -> Void) -> String? {
    let result = Mutex<String?>(nil)
    let isDone = DispatchSemaphore(value: 0)
    Task.detached {
        do { try await body() } catch { result.withLock { $0 = "\(error)" } }
        isDone.signal()
    }
    isDone.wait()
    return result.withLock { $0 }
}

@_silgen_name("LLVMFuzzerRunDriver")
func runFuzzer(
    _ count: UnsafeMutablePointer<Int32>,
    _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?>,
    _ body: @convention(c) (UnsafePointer<UInt8>, Int) -> Int32
) -> Int32

/// The entry that SwiftPM looks for in an executable.
@_cdecl("FuzzSinger_main")
public func main(_ count: Int32, _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?) -> Int32 {
    var count = count
    var arguments = arguments
    return runFuzzer(&count, &arguments) { fuzzSinger($0, $1) }
}

/// Like `precondition`, but with its message in release builds too.
func expect(_ condition: Bool, _ message: @autoclosure () -> String) {
    if !condition { fatalError(message()) }
}
