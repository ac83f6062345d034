// SPDX-License-Identifier: Apache-2.0

import CartloadCompute
import CartloadCore
import CartloadTesting
import Synchronization
import Testing

@Suite struct EngineTests {
    private let caller = Caller(tenant: "t", user: "u")

    static let double = Service(
        serviceID: "s", versionID: "v", folder: "f", name: "double", version: "1.0",
        inputs: [ServiceField("value", .number)], outputs: ["value"],
        runner: ClosureRunner { ["value": .int(($0["value"]?.intValue ?? 0) * 2)] })

    private func engine(_ options: ComputeOptions = ComputeOptions(workers: 2)) throws -> ComputeEngine {
        let engine = ComputeEngine(
            store: MemoryPipelineStore(), catalogue: MemoryServiceCatalogue([EngineTests.double]),
            supply: PooledWorkers(WorkerPool()), options: options)
        try engine.start()
        return engine
    }

    @Test func aPipelineDoublesWhatIsPushed() async throws {
        let engine = try engine()
        defer { engine.stop() }
        let pipeline = try await engine.create(PipelineRequest(service: .service("f/double", at: nil)), by: caller)
        #expect(pipeline.state == .created)
        let id = pipeline.definition.id
        let body = Bytes(
            #"{"chunks":[{"id":"c1","data":{"inputs":[["value"],[1],[2]],"parameters":{},"summary":null},"size":3},"#
                + #"{"id":"c2","data":{"inputs":[{"value":5}]}}]}"#)
        let status = try await engine.push(body, to: id, by: caller)
        #expect(status.counts.recordsSubmitted == 3)
        var texts: [String: String] = [:]
        while texts.count < 2 {
            let pulled = try await engine.pull(from: id, atMost: 100, wait: .seconds(10), by: caller)
            for (id, text) in zip(pulled.ids, pulled.results) { texts[id] = text.text }
        }
        let first = try JSONValue(parsing: texts["c1"] ?? "")
        #expect(first["outputs"]?.description == #"[["value"],[2],[4]]"#)
        #expect(first["errors"]?.description == "[null,null]")
        #expect(try JSONValue(parsing: texts["c2"] ?? "")["outputs"]?.description == #"[{"value":10}]"#)
        let closed = try await engine.close(id, by: caller)
        #expect(closed.state == .closed)
        #expect(try engine.status(of: id, by: caller).state == .completed)
    }
}
