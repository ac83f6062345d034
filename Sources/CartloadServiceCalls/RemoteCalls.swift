// SPDX-License-Identifier: Apache-2.0

internal import CartloadAPI
internal import CartloadClient
internal import CartloadCompute
internal import CartloadCore
internal import Synchronization

/// A service on a server: each call has a pipeline for itself as long as it lasts, and later ones use it again.
final class RemoteCalls: ServiceCalling {
    private let client: BatchesClient
    private let service: ServiceReference
    private let options: CreateOptions
    private let parameters: JSONObject
    private let idle = Mutex<[Pipeline]>([])

    init(_ client: BatchesClient, _ service: ServiceReference, outputs: [String], parameters: JSONObject) {
        self.client = client
        self.service = service
        self.parameters = parameters
        // Failed records are rejected one by one; they are no reason to call the pipeline a failure.
        options = CreateOptions(sourceSystem: "cartload", selectedOutputs: outputs, accuracy: 0)
    }

    deinit {
        let pipelines = idle.withLock { $0 }
        if pipelines.isEmpty { return }
        // The server would close them by itself after a while.
        Task.detached { for pipeline in pipelines { _ = try? await pipeline.close() } }
    }

    func call(_ records: Rows) throws -> CalledRecords {
        let (client, service, options, parameters) = (client, service, options, parameters)
        let kept = idle.withLock { $0.popLast() }
        do {
            let (pipeline, result) = try Waiting.result {
                let pipeline: Pipeline
                if let kept {
                    pipeline = kept
                } else {
                    pipeline = client.batches.of(try await client.batches.create(service, options).id)
                }
                return (pipeline, try await RemoteCalls.result(of: records, parameters, from: pipeline))
            }
            idle.withLock { $0.append(pipeline) }
            return try CalledRecords(result, count: records.count)
        } catch let error as BatchesError {
            throw CartloadError(
                .serviceCallFailed, "the service did not answer: \(error)",
                advice: "Check the URL, the credentials and the server's log.")
        }
    }

    private static func result(
        of records: Rows, _ parameters: JSONObject, from pipeline: Pipeline
    ) async throws -> ChunkResult {
        let id = UniqueID.random()
        var body = BytesBuilder(capacity: records.bytes.count + 256)
        body.append(#"{"chunks":[{"id":""#)
        body.append(id)
        body.append(#"","data":{"inputs":["#)
        for record in 0..<records.count {
            if record > 0 { body.append(UInt8(ascii: ",")) }
            body.append(records[record])
        }
        body.append(#"],"parameters":"#)
        body.append(JSONValue.object(parameters).description)
        body.append("}}]}")
        _ = try await pipeline.push(body: body.finish())
        while true {
            // Acknowledged at once, so that a short lease is enough; where an answer is lost its result comes again after it.
            let pulled = try await pipeline.pull(max: 1, lease: .seconds(20), wait: .seconds(20))
            try await pipeline.acknowledge(pulled)
            // What an earlier call, that was given up, has left is not ours.
            if let found = try pulled.results.first(where: { $0.id == id }) { return found }
            try Task.checkCancellation()
        }
    }
}

extension CalledRecords {
    init(_ result: ChunkResult, count: Int) throws {
        guard result.outputs.count == count else {
            throw CartloadError(
                .serviceCallFailed, "the service gave \(result.outputs.count) outputs for \(count) records")
        }
        var succeeded: [Int] = []
        var texts: [String] = []
        var problems: [RecordProblem] = []
        for (record, output) in result.outputs.enumerated() {
            if let output {
                succeeded.append(record)
                texts.append(JSONValue.object(output).description)
            }
            let errors = record < result.errors.count ? result.errors[record] : []
            let warnings = record < result.warnings.count ? result.warnings[record] : []
            problems += errors.map { RecordProblem($0, record, .error) }
            problems += warnings.map { RecordProblem($0, record, .warning) }
            if output == nil, errors.isEmpty {
                problems.append(RecordProblem(record: record, message: "the service gave no output"))
            }
        }
        self.init(succeeded: succeeded, outputs: Rows(texts), problems: problems)
    }
}

extension RecordProblem {
    fileprivate init(_ problem: ChunkResult.Problem, _ record: Int, _ severity: Severity) {
        self.init(
            record: record, severity: severity, message: problem.message, path: problem.sourcePath,
            category: problem.category, type: problem.type)
    }
}
