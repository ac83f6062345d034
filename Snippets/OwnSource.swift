// SPDX-License-Identifier: Apache-2.0
// A source of one's own whose batches are days, with a checkpoint after each: swift run OwnSource

import CartloadCore
import CartloadFlow

/// The temperatures of three days; a real source would ask some system for each day.
struct Weather: Source {
    func streams() async throws -> [any Stream] { [Temperatures()] }
}

struct Temperatures: Stream {
    static let days = ["2024-03-05", "2024-03-06", "2024-03-07"]

    var description: StreamDescription { StreamDescription("temperatures", keys: ["day", "hour"]) }

    /// The days after the one that the checkpoint names.
    func batches(since checkpoint: Checkpoint?) async throws -> [BatchDescription] {
        let done = checkpoint?.value["day"]?.stringValue ?? ""
        return Self.days.filter { $0 > done }.map { ["day": .string($0)] }
    }

    func read(_ batch: BatchDescription, into output: BatchOutput) async throws {
        let day = batch["day"] ?? .null
        let records = (0..<24).map { hour in
            JSONObject([("day", day), ("hour", .int(hour)), ("celsius", .double(Double(hour) / 2))])
        }
        try await output.write(RecordBatch(records: records))
        // It is saved when everything before it is durable, not before.
        try await output.close(batch, checkpoint: Checkpoint(["day": day]))
    }
}

// The destination commits records and checkpoints together, so the second run finds that everything is there.
let link = Link("weather", source: Weather(), outlets: [Outlet("memory", MemoryDestination())])
for attempt in 1...2 {
    let run = FlowRun(link)
    try await run.run()
    print("run \(attempt): \(run.meter.snapshot.batchesDone) days, \(run.meter.snapshot.recordsRead) records")
}
