// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore
internal import CartloadFlow
internal import CartloadFormats
internal import CartloadProcess
internal import Synchronization

/// Feeds one stream to a target that is a child process, and hears from it what is durable.
///
/// Unchecked because the child and the inner writer are used by one writer task; `prepare` reads constants only, and
/// `acknowledged` is an atomic that the listening task sets.
final class SingerTargetWriter: AcknowledgingWriter, @unchecked Sendable {
    private let child: ChildProcess
    private let folder: ProgramFolder
    private let inner: any DestinationWriter
    private let grace: Duration
    private let heard: Heard
    private let listening: Task<Void, any Error>
    private var isEnded = false

    /// The greatest sequence number that the target has echoed.
    private final class Heard: Sendable {
        let sequence = Atomic(0)
    }

    var acknowledged: Int { heard.sequence.load(ordering: .acquiring) }

    init(_ destination: SingerDestination, _ stream: DestinationStream) throws {
        folder = try ProgramFolder()
        grace = destination.program.grace
        let child = try destination.program.start(
            ["--config", folder.write("config.json", destination.program.configuration)])
        self.child = child
        var options = TapOptions(name: "cartload")
        options.batches = destination.batches
        options.isASCIIOnly = destination.isASCIIOnly
        let session = TapSession(
            options, output: LineOutput { try child.input.write($0) }, state: try TapState(), clock: .system,
            stop: StopRequest(), runID: String(UInt64.random(in: .min ... .max), radix: 36))
        let plan = TapStreamPlan(feeding: stream)
        inner = try MessageDestination(session: session, plan: plan).writer()
        let heard = Heard()
        self.heard = heard
        let name = stream.name
        listening = Task {
            try await ThreadExecutor.run {
                let splitter = try JSONLinesFormat().splitter(over: child.output, SplitOptions())
                while let block = try splitter.next() {
                    var ignored = Diagnostics()
                    let rows = try Rows.scan(block.bytes, &ignored)
                    for row in 0..<rows.count {
                        guard let value = try? JSONValue(parsing: rows[row]),
                            let sequence = TapStreamPlan.sequence(in: value, of: name)
                        else { continue }
                        heard.sequence.store(
                            max(sequence, heard.sequence.load(ordering: .acquiring)), ordering: .releasing)
                    }
                }
            }
        }
    }

    func prepare(_ batch: RecordBatch, _ diagnostics: inout Diagnostics) throws -> PreparedBatch {
        try inner.prepare(batch, &diagnostics)
    }

    func write(_ batch: PreparedBatch) async throws {
        do { try await inner.write(batch) } catch { throw await explained(error) }
    }

    func commit(_ commit: Commit) async throws -> JSONValue {
        do { _ = try await inner.commit(commit) } catch { throw await explained(error) }
        guard commit.isLast else { return .null }
        try await end()
        // It has taken all there was and says by its exit that nothing is missing.
        heard.sequence.store(commit.sequence, ordering: .releasing)
        return .null
    }

    /// Lets the target finish what it was given: what it says meanwhile counts.
    func close() async throws {
        try await inner.close()
        guard !isEnded else { return }
        isEnded = true
        child.input.close()
        if (try? await child.wait(atMost: grace)) == nil { await child.terminate(grace: .seconds(1)) }
        _ = try? await listening.value
    }

    private func end() async throws {
        isEnded = true
        let rest = child.input.closeKeepingRest()
        try await child.waitForSuccess()
        guard !rest.hasBytes() else {
            throw CartloadError(
                .singerProgram, "\(child.name) ended with 0 before it had read all that it was sent",
                advice: "It may not have loaded what it did not read; look at what it says.")
        }
        try await listening.value
    }

    /// A pipe that breaks says less than the target's own last words.
    private func explained(_ error: any Error) async -> any Error {
        guard (error as? CartloadError)?.code == .programInputClosed else { return error }
        isEnded = true
        guard let end = try? await child.wait(atMost: grace) else { return error }
        do { try child.check(end) } catch { return error }
        return error
    }
}

extension TapStreamPlan {
    /// A stream that is sent on from elsewhere; its states are numbers of commits.
    init(feeding stream: DestinationStream) {
        var json = stream.schema?.jsonSchema.objectValue ?? JSONObject()
        json["additionalProperties"] = nil
        self.init(
            name: stream.name, stream: NoStream(description: StreamDescription(stream.name)),
            schema: SchemaMessage(stream.name, schema: json, keyProperties: stream.keys), processors: [],
            replication: .counted, version: nil, resumesAt: nil)
    }

    /// The number of a commit in a state that a target echoed.
    static func sequence(in state: JSONValue, of stream: String) -> Int? {
        state["bookmarks"]?[stream]?["sequence"]?.intValue
    }
}

/// A stream of nothing.
private struct NoStream: CartloadCore.Stream {
    let description: StreamDescription

    func read(_ batch: BatchDescription, into output: BatchOutput) async throws {}
}
