// SPDX-License-Identifier: Apache-2.0

internal import CartloadAPI
internal import CartloadClient
internal import CartloadCore
internal import CartloadFlow
internal import CartloadStorage

/// `cartload batches pull ID`
struct BatchesPullCommand: Command {
    static let definition = CommandDefinition(
        name: "batches pull", summary: "Take results out of a pipeline and write them.",
        discussion: """
            Writes a line of JSON for each record: its output, or with --chunks each chunk's whole result. Records that failed
            are told on stderr. Results leave the server when they are written, and not before.
            """,
        arguments: [.pipeline],
        options: [
            .value(
                "output", letter: "o", "file", "Where they go; - is standard output (default: -).", completion: .file),
            .flag("chunks", "Write whole results of chunks."),
            .flag("follow", "Go on until the pipeline has ended and everything was taken."),
            .value("max", "n", "Chunks to take at most; not with --follow (default: 100)."),
            .value("wait", "time", "How long to wait until there are some (default: 0s, with --follow 10s)."),
            .value("lease", "time", "How long results are lent until they are written (default: 60s)."),
        ] + BatchesConnection.options + [.flag("json", "Print the pipeline's status as JSON at the end, on stderr.")])

    static func run(_ arguments: ParsedArguments, _ context: CommandContext) async throws -> ExitStatus {
        let follows = arguments.flag("follow")
        let maximum = try arguments.integer("max", atLeast: 1) ?? 100
        let wait = try arguments.duration("wait") ?? (follows ? .seconds(10) : nil)
        let lease = try arguments.duration("lease") ?? .seconds(60)
        let client = try BatchesConnection(arguments, context).client()
        let pipeline = client.batches.of(arguments.argument("id") ?? "")
        let path = arguments.value("output") ?? "-"
        let wholeChunks = arguments.flag("chunks")
        return try await BatchesFailure.translating {
            let output = try OutputFile(path, resumingAt: nil)
            defer { output.leave() }
            var seen: Set<String> = []
            var (records, failed) = (0, 0)
            let clock = ContinuousClock()
            var ended: ContinuousClock.Instant?
            while true {
                let pulled = try await pipeline.pull(max: follows ? 100 : maximum, lease: lease, wait: wait)
                for (id, text) in zip(pulled.ids, pulled.texts) where seen.insert(id).inserted {
                    if wholeChunks {
                        output.append(text)
                        output.append(UInt8(ascii: "\n"))
                        continue
                    }
                    let lines = try PulledLines(text, id: id)
                    lines.outputs.withUnsafeBytes { output.append($0) }
                    for problem in lines.problems { context.console.note(problem) }
                    records += lines.count
                    failed += lines.problems.count
                }
                try output.flush()
                // What is not in its place yet must at least be on the disk before the server forgets it (I1).
                try output.synchronize()
                try await pipeline.acknowledge(pulled)
                if pulled.isEmpty && pulled.status.isFinal { ended = ended ?? clock.now } else { ended = nil }
                // What was lent to an answer that was lost comes again; until then it fills the output buffer.
                let isOver = ended.map { pulled.status.outputBufferUsedBytes == 0 || clock.now - $0 > lease } ?? false
                if follows, !isOver, pulled.isEmpty { try await clock.sleep(for: .milliseconds(50)) }
                if !follows || isOver {
                    try output.finish()
                    try output.publish()
                    if arguments.flag("json") {
                        context.console.note(pulled.status.json.description)
                    }
                    return failed > 0 ? .doneWithRejects : .done
                }
            }
        }
    }
}

/// The outputs of a result as lines, and what is said about records that failed.
struct PulledLines {
    let outputs: Bytes
    let count: Int
    let problems: [String]

    init(_ text: Bytes, id: String) throws {
        let result = try ChunkResult(text)
        var lines = BytesBuilder()
        var count = 0
        var problems: [String] = []
        for (record, output) in result.outputs.enumerated() {
            let errors = record < result.errors.count ? result.errors[record] : []
            if let output, errors.isEmpty {
                lines.append(JSONValue.object(output).description)
                lines.append(UInt8(ascii: "\n"))
                count += 1
            } else {
                let words = errors.map(\.message).joined(separator: "; ")
                problems.append("chunk \(id), record \(record + 1) failed: \(words)")
            }
        }
        outputs = lines.finish()
        self.count = count
        self.problems = problems
    }
}
