// SPDX-License-Identifier: Apache-2.0

import CartloadAPI
import CartloadClient
import CartloadCore
import Testing

/// Every operation of the client, in every form of the vendor's documentation, against a server.
@Suite struct ServerContractTests {
    private struct Doubled: Codable, Equatable { var value: Int }

    /// All outputs of a pipeline, in the order of the chunks' ids where those are numbers.
    private func outputs(_ pipeline: Pipeline) async throws -> [JSONObject?] {
        try await pipeline.close()
        var results: [ChunkResult] = []
        for try await result in pipeline.results() { results.append(result) }
        return results.sorted { $0.id < $1.id }.flatMap(\.outputs)
    }

    private func values(_ outputs: [JSONObject?]) -> [Int] { outputs.compactMap { $0?["value"]?.intValue } }

    @Test(arguments: [
        ServiceReference("demo/double"), ServiceReference("demo/double[1.0.0]"),
        ServiceReference("folders/demo/services/double"), ServiceReference(folder: "demo", service: "double"),
        ServiceReference(folder: "demo", service: "double", version: "1.0.0"),
        ServiceReference(serviceURI: "demo/double[1.0.0]"),
    ]) func servicesAreNamedInEveryWay(service: ServiceReference) async throws {
        try await RunningServer.with { server in
            let info = try await server.client().batches.create(service)
            #expect(info.serviceURI == "demo/double[1.0.0]")
            #expect(info.batchStatus == "created")
            let again = try await server.client().batches.create(ServiceReference("service/\(info.serviceID)"))
            #expect(again.versionID == info.versionID)
            let version = try await server.client().batches.create(ServiceReference("version/\(info.versionID)"))
            #expect(version.serviceID == info.serviceID)
        }
    }

    @Test func recordsArePushedInEveryForm() async throws {
        try await RunningServer.with { server in
            let batches = try server.client().batches
            func pushed(_ push: (Pipeline) async throws -> PipelineStatus) async throws -> [Int] {
                let pipeline = batches.of(try await batches.create("demo/double").id)
                _ = try await push(pipeline)
                return values(try await outputs(pipeline)).sorted()
            }
            let objects: [JSONValue] = [["value": 1], ["value": 2], ["value": 3]]
            let rows: [JSONValue] = [["value"], [1], [2], [3]]
            #expect(try await pushed { try await $0.push(inputs: objects, chunkSize: 2) } == [2, 4, 6])
            #expect(try await pushed { try await $0.push(inputs: rows, chunkSize: 2) } == [2, 4, 6])
            #expect(try await pushed { try await $0.push(data: objects) } == [2, 4, 6])
            #expect(try await pushed { try await $0.push([Chunk(id: "c", inputs: rows)]) } == [2, 4, 6])
            #expect(try await pushed { try await $0.push(records: (1...3).map(Doubled.init)) } == [2, 4, 6])
            let raw = #"{"chunks":[{"id":"r","data":{"inputs":[["value"],[1],[2],[3]]}}]}"#
            #expect(try await pushed { try await $0.push(raw: raw) } == [2, 4, 6])
            let list = #"[{"data":{"inputs":[{"value":1},{"value":2},{"value":3}]}}]"#
            #expect(try await pushed { try await $0.push(raw: list) } == [2, 4, 6])
        }
    }

    @Test func chunksHaveNoEmptyOneAtTheEnd() {
        let rows: [JSONValue] = [["value"]] + (0..<400).map { [.int($0)] }
        let chunks = Chunk.dividing(rows, size: 200)
        #expect(chunks.map(\.recordCount) == [200, 200])
        let objects: [JSONValue] = (0..<5).map { ["value": .int($0)] }
        #expect(Chunk.dividing(objects, size: 2).map(\.recordCount) == [2, 2, 1])
        let bare: [JSONValue] = (0..<3).map { [.int($0)] }
        #expect(Chunk.dividing(bare, headers: ["value"], size: 2).map(\.recordCount) == [2, 1])
    }

    @Test func parametersAndSummariesAreAskedForAndRead() async throws {
        try await RunningServer.with { server in
            let batches = try server.client().batches
            let pipeline = batches.of(try await batches.create("demo/add").id)
            _ = try await pipeline.push(
                data: [["value"], [1], [2]], parameters: ["common": 40], summary: Chunk.Summary([.init("total")]))
            try await pipeline.close()
            for try await result in pipeline.results() {
                #expect(result.summary["total"]?.doubleValue == 83)
                #expect(result.outputs.compactMap { $0?["total"]?.doubleValue } == [41, 42])
            }
            let info = try await pipeline.getInfo()
            #expect(info.summary?.recordsCompleted == 2)
        }
    }

    @Test func stateStatsAndDuplicatesAreKeptByTheHandle() async throws {
        try await RunningServer.with { server in
            let batches = try server.client().batches
            let pipeline = batches.of(try await batches.create("demo/double").id)
            #expect(pipeline.state == .open)
            let chunk = Chunk(id: "c", inputs: [["value": 1], ["value": 2]])
            _ = try await pipeline.push([chunk])
            #expect(pipeline.stats.chunks == 1)
            #expect(pipeline.stats.records == 2)
            await #expect(throws: BatchesError.self) { try await pipeline.push([chunk], ifDuplicated: .throw) }
            #expect(try await pipeline.push([chunk], ifDuplicated: .ignore).chunksSubmitted == 1)
            #expect(try await pipeline.push([chunk], ifDuplicated: .replace).chunksSubmitted == 2)
            try await pipeline.close()
            #expect(pipeline.state == .closed)
            await #expect(throws: BatchesError.self) { try await pipeline.push([chunk]) }
            #expect(try await batches.describe().recent.contains { $0.id == pipeline.id } == true)
        }
    }

    @Test func failedRecordsAreNilAndTypedResultsAreDecoded() async throws {
        try await RunningServer.with { server in
            let batches = try server.client().batches
            let pipeline = batches.of(try await batches.create("demo/double", CreateOptions(accuracy: 0.5)).id)
            _ = try await pipeline.push([Chunk(inputs: [["value": 1], ["value": "x"], ["value": 3]])])
            try await pipeline.close()
            for try await result in pipeline.results() {
                #expect(try result.decoded(Doubled.self) == [Doubled(value: 2), nil, Doubled(value: 6)])
                #expect(result.errors.map(\.count) == [0, 1, 0])
                #expect(result.errors[1].first?.sourcePath == "value")
            }
            #expect(try await pipeline.getStatus().batchStatus == "completed")
        }
    }

    @Test func errorsSayTheirStatusAndTheRequest() async throws {
        try await RunningServer.with { server in
            let batches = try server.client().batches
            do {
                _ = try await batches.of("00000000-0000-4000-8000-000000000000").getStatus()
                Issue.record("there is such a pipeline")
            } catch let error as BatchesError {
                #expect(error.kind == .notFound)
                #expect(error.status == 404)
                #expect(error.code == "BATCH_NOT_FOUND")
                #expect(error.requestID?.count == 36)
            }
            await #expect(throws: BatchesError.self) { try await batches.create("demo/nothing") }
            let cancelled = batches.of(try await batches.create("demo/double").id)
            try await cancelled.cancel()
            await #expect(throws: BatchesError.self) { try await cancelled.pull() }
        }
    }

    @Test(arguments: [
        Authentication.token("secret"), .token("Bearer secret"), .apiKey("key"),
        .client(id: "robot", secret: "password"),
    ]) func everyKindOfAuthenticationWorks(authentication: Authentication) async throws {
        try await RunningServer.with { server in
            _ = try await server.client(authentication).batches.describe()
        }
    }

    @Test(arguments: [
        Authentication.none, .token("wrong"), .apiKey("wrong"), .client(id: "robot", secret: "wrong"),
    ]) func wrongCredentialsAreUnauthorized(authentication: Authentication) async throws {
        try await RunningServer.with { server in
            do {
                _ = try await server.client(authentication).batches.describe()
                Issue.record("it was let in")
            } catch let error as BatchesError {
                #expect(error.kind == .unauthorized)
            }
        }
    }

    @Test func aRunGivesEveryRecordBackUnderBackPressure() async throws {
        try await RunningServer.with { server in
            let batches = try server.client().batches
            let pipeline = batches.of(try await batches.create("demo/double").id)
            let records: [JSONValue] = (0..<5000).map { ["value": .int($0)] }
            var found: [Int] = []
            for try await result in pipeline.run(records, RunOptions(chunkSize: 37, chunksInFlight: 5)) {
                found += values(result.outputs)
            }
            #expect(found.sorted() == (0..<5000).map { $0 * 2 })
            #expect(try await pipeline.getStatus().batchStatus == "completed")
        }
    }

    @Test func resultsThatAreNotAcknowledgedComeAgain() async throws {
        try await RunningServer.with { server in
            let batches = try server.client().batches
            let pipeline = batches.of(try await batches.create("demo/double").id)
            _ = try await pipeline.push([Chunk(id: "a", inputs: [["value": 1]])])
            let first = try await pipeline.pull(lease: .milliseconds(1), wait: .seconds(20))
            #expect(first.ids == ["a"])
            let second = try await pipeline.pull(lease: .seconds(60), wait: .seconds(20))
            #expect(second.ids == ["a"])
            // What the second reader has now the first takes from nobody.
            do {
                try await pipeline.acknowledge(first)
                Issue.record("it was acknowledged")
            } catch let error as BatchesError {
                #expect(error.code == "CHUNK_LENT")
            }
            for _ in 0..<2 { try await pipeline.acknowledge(second) }
            try await pipeline.acknowledge(first)
            #expect(try await pipeline.pull().isEmpty)
        }
    }
}
