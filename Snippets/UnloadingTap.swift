// SPDX-License-Identifier: Apache-2.0
// A Singer tap whose service makes the batch files itself: swift run UnloadingTap --config tap.json

import CartloadCommands
import CartloadCore
import CartloadSinger
import Foundation

struct Reading: Encodable {
    var hour: String
    var celsius: Double
}

/// Stands in for a database that can unload a table into a file faster than it can send it.
struct WeatherDatabase {
    let days = ["2024-03-05", "2024-03-06", "2024-03-07"]

    func readings(on day: String) -> [Reading] {
        (10..<20).map { Reading(hour: "\(day)T\($0):00:00Z", celsius: Double($0) / 2) }
    }

    func unload(_ day: String, into path: String) throws {
        let lines = try readings(on: day).map { try "\(JSONValue(encoding: $0))\n" }
        try Data(lines.joined().utf8).write(to: URL(filePath: path))
    }
}

struct Readings: BatchUnloading {
    let database = WeatherDatabase()

    var description: StreamDescription {
        let fields = [Field("hour", .timestamp(zoned: true)), Field("celsius", .number)]
        return StreamDescription("readings", schema: Schema(fields), keys: ["hour"])
    }

    /// The days after the one that the checkpoint names.
    func batches(since checkpoint: Checkpoint?) async throws -> [BatchDescription] {
        let done = checkpoint?.value["day"]?.stringValue ?? ""
        return database.days.filter { $0 > done }.map { ["day": .string($0)] }
    }

    /// One day as records, for everybody who does not ask for batch files.
    func read(_ batch: BatchDescription, into output: BatchOutput) async throws {
        try await output.write(RecordBatch(encoding: database.readings(on: batch["day"]?.stringValue ?? "")))
        try await output.close(batch, checkpoint: Checkpoint(.object(batch.value)))
    }

    /// One day as a file.
    func batches(
        of batch: BatchDescription, configuration: BatchConfiguration,
        send: UnloadedBatch.Sending
    ) async throws {
        let path = try configuration.newFile("readings.jsonl")
        try database.unload(batch["day"]?.stringValue ?? "", into: path)
        let files = BatchFiles(paths: [path], format: "jsonl", compression: "none")
        try await send(UnloadedBatch(files, recordCount: 10, checkpoint: Checkpoint(.object(batch.value))))
    }
}

let weather = Connector(
    "weather", "Temperatures of three days.",
    source: Connector.Role(settings: []) { _ in StreamList([Readings()]) })

await SingerProgram(tap: weather).main()
