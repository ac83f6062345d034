// SPDX-License-Identifier: Apache-2.0

import CartloadCore
import CartloadFlow
import CartloadSinger
import CartloadTesting
import Synchronization

/// A target that is run over messages in memory, and what came of it.
struct TargetTrial {
    var options = TargetOptions()
    var workers = 1
    let log = EventLog()
    let clock = SteppedClock()
    let meter = RunMeter(flow: "target")
    let stop = StopRequest()
    let warnings = Warnings()
    /// How many bytes a read gives at most.
    var piece = Int.max

    /// Warnings, in order.
    final class Warnings: Sendable {
        private let kept = Mutex<[CartloadError]>([])

        var all: [CartloadError] { kept.withLock { $0 } }

        func add(_ error: CartloadError) { kept.withLock { $0.append(error) } }
    }

    init() {}

    /// - Parameter configuration: What a user would write.
    init(_ configuration: JSONValue) throws {
        options = try TargetOptions(
            Configuration(configuration.objectValue ?? JSONObject(), settings: TargetOptions.settings))
    }

    /// The STATE lines that left.
    var states: [String] { log.all("state") }

    /// Runs to the end.
    ///
    /// - Returns: The error that ended it, if one did.
    @discardableResult
    func run(_ messages: String, into destination: any Destination) async -> CartloadError? {
        await run(Bytes(messages), into: destination)
    }

    @discardableResult
    func run(_ messages: Bytes, into destination: any Destination) async -> CartloadError? {
        let piece = piece
        return await run(into: destination) { ScriptedReader(messages, name: "stdin") { _ in piece } }
    }

    func run(
        into destination: any Destination, input: @escaping @Sendable () throws -> any ByteReader
    ) async -> CartloadError? {
        do {
            try await TargetRun(
                destination, input: input, output: log.output("state"), options: options, stop: stop, meter: meter,
                clock: clock.clock, workers: workers, warn: { warnings.add($0) }
            ).run()
            return nil
        } catch let error as CartloadError {
            return error
        } catch {
            return CartloadError(CartloadError.Code("test.other"), "\(error)")
        }
    }
}

/// Messages as short as tests want them.
enum Message {
    static let users =
        #"{"type":"SCHEMA","stream":"users","schema":{"type":"object","properties":{"id":{"type":"integer"},"name":{"type":["string","null"]}}},"key_properties":["id"]}"#
        + "\n"

    static func schema(_ stream: String, _ properties: String = #""id":{"type":"integer"}"#, keys: String = "")
        -> String
    {
        #"{"type":"SCHEMA","stream":"\#(stream)","schema":{"type":"object","properties":{\#(properties)}},"key_properties":[\#(keys)]}"#
            + "\n"
    }

    static func record(_ stream: String, _ id: Int, _ more: String = "", _ envelope: String = "") -> String {
        #"{"type":"RECORD","stream":"\#(stream)","record":{"id":\#(id)\#(more)}\#(envelope)}"# + "\n"
    }

    static func state(_ number: Int) -> String { #"{"type":"STATE","value":{"n":\#(number)}}"# + "\n" }

    static func activate(_ stream: String, _ version: Int64) -> String {
        #"{"type":"ACTIVATE_VERSION","stream":"\#(stream)","version":\#(version)}"# + "\n"
    }

    static func batch(_ stream: String, _ files: [String], _ more: String = "") -> String {
        let manifest = files.map { "\"\($0)\"" }.joined(separator: ",")
        return
            #"{"type":"BATCH","stream":"\#(stream)","encoding":{"format":"jsonl"},"manifest":[\#(manifest)]\#(more)}"#
            + "\n"
    }
}
