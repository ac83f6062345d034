// SPDX-License-Identifier: Apache-2.0
// Pushes a dataset to a server of the Batches API in chunks, asks every two seconds how far it is, takes the results when there
// are some, and closes the pipeline in any case.
//
//     CSPARK_BASE_URL=http://127.0.0.1:8765/demo CSPARK_BEARER_TOKEN=… create-and-run inputs.json outputs.json

import CartloadAPI
import CartloadClient
import CartloadCore
import Foundation

func createAndRun(_ batches: Batches, service: ServiceReference, inputs: String, outputs: String) async throws {
    let dataset = try JSONValue(parsing: String(contentsOfFile: inputs, encoding: .utf8)).arrayValue ?? []
    let chunks = Chunk.dividing(dataset, size: 150)
    guard !chunks.isEmpty else { return print("no input data to process") }

    let pipeline = batches.of(try await batches.create(service).id)
    var results: [String: [JSONValue]] = [:]
    do {
        _ = try await pipeline.push(chunks)
        var status = try await pipeline.getStatus()
        while status.recordsCompleted < status.recordsSubmitted || status.recordsAvailable > 0 {
            if status.recordsAvailable > 0 {
                let pulled = try await pipeline.pull()
                for result in try pulled.results {
                    results[result.id] = result.outputs.map { $0.map { .object($0) } ?? .null }
                }
            } else {
                try await Task.sleep(for: .seconds(2))
            }
            status = try await pipeline.getStatus()
            print("\(status.recordsAvailable) of \(status.recordsSubmitted) records available")
        }
    } catch {
        print("error: \(error)")
    }
    if pipeline.state == .open { try await pipeline.close() }

    // In the order of the dataset, whatever order the chunks were finished in.
    let all = chunks.flatMap { results[$0.id] ?? [] }
    try JSONValue.array(all).description.write(toFile: outputs, atomically: true, encoding: .utf8)
    print("processed \(all.count) records")
}

let words = CommandLine.arguments
guard words.count == 3 else {
    print("usage: create-and-run INPUTS.json OUTPUTS.json")
    exit(2)
}
let client = try BatchesClient(environment: ProcessInfo.processInfo.environment)
try await createAndRun(client.batches, service: "demo/double", inputs: words[1], outputs: words[2])
