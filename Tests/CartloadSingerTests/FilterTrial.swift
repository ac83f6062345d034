// SPDX-License-Identifier: Apache-2.0

import CartloadCore
import CartloadFlow
import CartloadSinger
import CartloadTesting

/// A packer or unpacker that is run over messages in memory, and the messages that came out.
struct FilterTrial {
    let log = EventLog()
    let clock = SteppedClock()
    let warnings = TargetTrial.Warnings()
    let stop = StopRequest()
    var workers = 1
    /// How many bytes a read gives at most.
    var piece = Int.max

    var lines: [String] { log.all("out") }

    /// The lines as one text.
    var text: String { lines.map { $0 + "\n" }.joined() }

    func messages(_ type: String) throws -> [JSONValue] {
        try lines.map { try JSONValue(parsing: $0) }.filter { $0["type"]?.stringValue == type }
    }

    var types: [String] {
        lines.map { (try? JSONValue(parsing: $0))?["type"]?.stringValue ?? "?" }
    }

    private func reader(_ messages: String) -> @Sendable () throws -> any ByteReader {
        let piece = piece
        return { ScriptedReader(Bytes(messages), name: "stdin") { _ in piece } }
    }

    @discardableResult
    func pack(_ messages: String, _ options: PackOptions) async -> CartloadError? {
        await pack(options, input: reader(messages))
    }

    func pack(
        _ options: PackOptions, input: @escaping @Sendable () throws -> any ByteReader
    ) async -> CartloadError? {
        await outcome {
            try await PackRun(
                options, input: input, output: log.output("out"), stop: stop, clock: clock.clock, runID: "run",
                workers: workers, warn: { warnings.add($0) }
            ).run()
        }
    }

    @discardableResult
    func unpack(_ messages: String, _ options: UnpackRun.Options) async -> CartloadError? {
        await outcome {
            try await UnpackRun(
                options, input: reader(messages), output: log.output("out"), stop: stop, workers: workers,
                warn: { warnings.add($0) }
            ).run()
        }
    }

    private func outcome(_ body: () async throws -> Void) async -> CartloadError? {
        do {
            try await body()
            return nil
        } catch let error as CartloadError {
            return error
        } catch {
            return CartloadError(CartloadError.Code("test.other"), "\(error)")
        }
    }
}

extension PackOptions {
    /// What a user would write, with files in a folder.
    init(in folder: String, _ settings: [String: JSONValue] = [:], encoding: JSONValue = ["format": "jsonl"]) throws {
        var values = JSONObject([("storage", ["root": .string(folder)]), ("encoding", encoding)])
        for (name, value) in settings { values[name] = value }
        try self.init(values)
    }
}
