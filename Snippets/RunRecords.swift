// SPDX-License-Identifier: Apache-2.0
// Runs a service over the lines of standard input and prints the outputs as they come:
//   CSPARK_BASE_URL=http://127.0.0.1:8765/demo CSPARK_BEARER_TOKEN=… swift run RunRecords demo/double run < numbers.jsonl

import CartloadAPI
import CartloadClient
import CartloadCore
import Foundation

/// Pushes and pulls at once; what is pushed and not taken is bounded, however many lines there are.
func run(_ pipeline: Pipeline, _ records: AsyncStream<JSONValue>) async throws {
    for try await result in pipeline.run(records) { show(result) }
}

/// The same by hand: one task pushes, another takes the results.
func pushAndTake(_ pipeline: Pipeline, _ records: AsyncStream<JSONValue>) async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask {
            var chunk: [JSONValue] = []
            for await record in records {
                chunk.append(record)
                guard chunk.count == 300 else { continue }
                _ = try await pipeline.push(inputs: chunk, chunkSize: 300)
                chunk = []
            }
            if !chunk.isEmpty { _ = try await pipeline.push(inputs: chunk, chunkSize: 300) }
            try await pipeline.close()
        }
        group.addTask {
            for try await result in pipeline.results(PullOptions(lease: .seconds(30), wait: .seconds(2))) {
                show(result)
            }
        }
        // Whoever fails first ends both.
        try await group.waitForAll()
    }
}

func show(_ result: ChunkResult) {
    for (output, errors) in zip(result.outputs, result.errors) {
        if let output {
            print(JSONValue.object(output))
        } else {
            FileHandle.standardError.write(Data("failed: \(errors.map(\.message).joined(separator: "; "))\n".utf8))
        }
    }
}

let words = CommandLine.arguments
guard words.count == 3, ["run", "push-and-take"].contains(words[2]) else {
    print("usage: RunRecords SERVICE run|push-and-take")
    exit(2)
}
do {
    let records = AsyncStream<JSONValue> { readLine().flatMap { try? JSONValue(parsing: $0) } }
    let options = ClientOptions(retryInterval: .milliseconds(100), patience: .seconds(120))
    let client = try BatchesClient(environment: ProcessInfo.processInfo.environment, options: options)
    // Some records may fail: one in a hundred does not make the whole a failure.
    let info = try await client.batches.create(ServiceReference(words[1]), CreateOptions(accuracy: 0.99))
    let pipeline = client.batches.of(info.id)
    if words[2] == "run" {
        try await run(pipeline, records)
    } else {
        try await pushAndTake(pipeline, records)
    }
} catch {
    FileHandle.standardError.write(Data("error: \(error)\n".utf8))
    exit(1)
}
