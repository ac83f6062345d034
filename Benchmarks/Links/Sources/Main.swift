// SPDX-License-Identifier: Apache-2.0

import CartloadCore
import CartloadExpressions
import CartloadFiles
import CartloadFlow
import Glibc
import Synchronization

/// One transfer of a link, for Benchmarks/Links/run: `LinkBenchmark link none|pairs|name|size|both INPUT OUTPUT`,
/// `LinkBenchmark files INPUT FOLDER` (filter, six fields, files of 10,000 records by key), `LinkBenchmark empty COUNT`,
/// `LinkBenchmark idle COUNT SECONDS`.
@main struct Main {
    static func main() async throws {
        let words = CommandLine.arguments
        switch words[1] {
        case "link": try await transfer(batching: words[2], from: words[3], to: words[4])
        case "files": try await filesByKey(from: words[2], to: words[3])
        case "empty": try await emptyTransfers(Int(words[2]) ?? 0)
        case "idle": try await idleLinks(Int(words[2]) ?? 0, seconds: Int(words[3]) ?? 0)
        default: fatalError("link, files, empty or idle")
        }
    }

    static func transfer(batching: String, from input: String, to output: String) async throws {
        let batchers: [any Batcher] =
            switch batching {
            case "pairs": [SizeBatcher.pairs]
            case "name": [try KeyBatcher(fields: ["name"])]
            case "size": [try SizeBatcher(records: 500)]
            case "both": [try KeyBatcher(fields: ["name"]), try SizeBatcher(records: 500)]
            default: []
            }
        let file = try ArrayFile(output)
        let link = ActiveLink(
            Link(
                "benchmark", inlets: [Inlet("file", try FilesSource(FilesSourceOptions(paths: [input])))],
                processors: [
                    FilterProcessor(try Expression(parsing: "active")),
                    SetProcessor([.init("double", try Expression(parsing: "value * 2"))]),
                ], batchers: batchers, outlets: [.push("file") { batch, _ in try file.write(batch) }]))
        try await link.start()
        try await link.transfer()
        try file.flush()
        await link.shutdown()
    }

    static func filesByKey(from input: String, to folder: String) async throws {
        let fields = """
            id, upper(name) AS name, split_part(email, '@', 2) AS domain, round(amount * 0.92, 2) AS amount_eur,
            geo.cc AS cc, ts
            """
        let files = FilesDestination(
            FilesDestinationOptions(path: folder + "/{key}-{n}.jsonl", format: .jsonl))
        let link = Link(
            "files", source: FilesSource(FilesSourceOptions(paths: [input])),
            processors: [
                FilterProcessor(try Expression(parsing: "active AND amount >= 100")),
                SelectProcessor(try SelectList(parsing: fields)),
            ],
            outlets: [
                Outlet(
                    "files", files, batchers: [try KeyBatcher(fields: ["cc"])],
                    batchSize: BatchSize(records: 10_000))
            ])
        try await FlowRun(link, options: EngineOptions(blockSize: link.blockSize)).run()
    }

    /// Links that have nothing to do for hours.
    static func idleLinks(_ count: Int, seconds: Int) async throws {
        let schedule = try Schedule(.interval(.seconds(86_400)))
        let planner = try Planner(
            try (0..<count).map { number in
                LinkJob(
                    Link(
                        "link-\(number)", inlets: [Inlet("nothing") { _ in [] }],
                        batchers: [try KeyBatcher(fields: ["name"])], outlets: [.push("nowhere") { _, _ in }]),
                    schedule: schedule)
            })
        try await planner.start()
        var begin = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &begin)
        try await Task.sleep(for: .seconds(seconds))
        var end = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &end)
        let used =
            Double(end.ru_utime.tv_sec - begin.ru_utime.tv_sec) * 1e6 + Double(end.ru_utime.tv_usec)
            - Double(begin.ru_utime.tv_usec)
        print("\(count) idle links: \(end.ru_maxrss / 1024) MB at most, \(used / Double(seconds) / 1e4) % of a core")
        await planner.stop()
    }

    static func emptyTransfers(_ count: Int) async throws {
        let link = ActiveLink(
            Link("empty", inlets: [Inlet("nothing") { _ in [] }], outlets: [.push("nowhere") { _, _ in }]))
        try await link.start()
        for _ in 0..<count { try await link.transfer() }
        await link.shutdown()
    }
}

/// Each batch as a JSON array on a line.
final class ArrayFile: Sendable {
    private struct State: ~Copyable { var text = BytesBuilder(capacity: 1 << 18) }
    private let state = Mutex(State())
    private let descriptor: CInt

    init(_ path: String) throws {
        descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o644)
        precondition(descriptor >= 0, "\(path) cannot be written")
    }

    func write(_ batch: RecordBatch) throws {
        try state.withLock { state in
            try batch.writeJSONArray(into: &state.text)
            state.text.append(UInt8(ascii: "\n"))
            if state.text.count > 1 << 17 { try ArrayFile.flush(&state.text, descriptor) }
        }
    }

    func flush() throws { try state.withLock { try ArrayFile.flush(&$0.text, descriptor) } }

    private static func flush(_ text: inout BytesBuilder, _ descriptor: CInt) throws {
        let written = text.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
        precondition(written == text.count, "the output cannot be written")
        text.truncate()
    }
}
