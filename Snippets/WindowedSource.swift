// SPDX-License-Identifier: Apache-2.0
// A source in windows of time, several read at once, resumed inside of one: swift run WindowedSource tap messages

import CartloadCommands
import CartloadCore
import Glibc

struct Message: Encodable {
    var id: Int
    var at: String
    var text: String
}

/// Stands in for a chat service: a message every ten minutes, asked for by time, in pages of four.
struct Chat {
    let first = Instant(seconds: 1_709_596_800)  // 2024-03-05T00:00:00Z
    let count = 100

    /// The messages of a window after one of them, and the last of these if more follow.
    func page(of window: TimeWindow, after id: Int) -> (messages: [Message], next: Int?) {
        let all = (0..<count).map { Message(id: $0, at: time(of: $0).description, text: "message \($0)") }
        let wanted = all.filter { window.contains(time(of: $0.id)) && $0.id > id }
        return (Array(wanted.prefix(4)), wanted.count > 4 ? wanted[3].id : nil)
    }

    private func time(of id: Int) -> Instant { first + .seconds(id * 600) }
}

struct Messages: PlannedStream, LazilyBatchedStream, ContinuingStream {
    let chat: Chat
    let windows: TimeWindows
    let now: Instant

    /// A later run reads what has come since: what Airbyte calls incremental.
    var continues: Bool { true }

    var description: StreamDescription {
        let fields = [Field("id", .integer), Field("at", .timestamp(zoned: true)), Field("text", .string)]
        return StreamDescription("messages", schema: Schema(fields), keys: ["id"], concurrency: 4)
    }

    /// How far this run goes. A run that is broken off keeps its plan, and the next one goes further.
    func plan(since checkpoint: Checkpoint?) async throws -> Checkpoint {
        try windows.plan(since: checkpoint, now: now)
    }

    func batchSequence(since plan: Checkpoint?) async throws -> BatchSequence {
        guard let plan else { return try windows.batchSequence(since: nil, now: now) }
        return try windows.batchSequence(of: plan)
    }

    func read(_ batch: BatchDescription, into output: BatchOutput) async throws {
        let window = try TimeWindow(batch)
        // A place that an earlier run reached in this window; it is whatever `read` gave as a checkpoint.
        var place = batch.resume?["after"]?.intValue
        repeat {
            let (messages, next) = chat.page(of: window, after: place ?? -1)
            place = next
            let checkpoint = next.map { Checkpoint(["after": .int($0)]) }
            if !messages.isEmpty { try await output.write(RecordBatch(encoding: messages), checkpoint: checkpoint) }
        } while place != nil
        try await output.close(batch)
    }

    func checkpoint(after batch: BatchDescription, since checkpoint: Checkpoint?) throws -> Checkpoint {
        try windows.checkpoint(after: batch, since: checkpoint)
    }
}

let messages = Connector(
    "messages", "Messages of a chat.",
    source: Connector.Role(
        settings: [
            Setting("step", .string, "How long a window is.", default: "hour"),
            Setting("until", .string, "What time it is.", isRequired: true),
        ]
    ) { settings in
        let chat = Chat()
        let step = try TimeStep(parsing: settings.string("step") ?? "hour")
        // A real source takes the system's clock: Instant.now()
        let now = Instant(settings.string("until") ?? "") ?? chat.first
        let windows = try TimeWindows(stream: "messages", from: chat.first, step: step)
        return StreamList([Messages(chat: chat, windows: windows, now: now)])
    })

// Everything that cartload can do, with one connector more.
exit(await Cartload.standard.adding([messages]).main(Array(CommandLine.arguments.dropFirst())))
