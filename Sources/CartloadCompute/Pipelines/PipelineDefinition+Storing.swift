// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore

extension PipelineDefinition {
    /// As it is stored, together with where the pipeline is.
    func record(_ state: PipelineState, updatedAt: Instant, endedAt: Instant?) -> PipelineRecord {
        var body = JSONObject([
            ("user", .string(user)), ("service_id", .string(serviceID)), ("version_id", .string(versionID)),
            ("service_uri", .string(serviceURI)), ("created", .int(createdAt.microseconds)),
            ("updated", .int(updatedAt.microseconds)), ("state", .string(state.rawValue)),
            ("configuration", configuration.json),
        ])
        body["ended"] = endedAt.map { .int($0.microseconds) }
        body["correlation_id"] = correlationID.map { .string($0) }
        body["source_system"] = sourceSystem.map { .string($0) }
        body["call_purpose"] = callPurpose.map { .string($0) }
        body["record_keys"] = .array(recordKeys.map { .string($0) })
        body["outputs"] = .array(outputs.map { .string($0) })
        body["subservices"] = .array(subservices.map { .string($0) })
        return PipelineRecord(id: id, tenant: tenant, body: Bytes(JSONValue.object(body).description))
    }

    /// - Throws: `CartloadError` when the record is not one of ours.
    init(_ record: PipelineRecord) throws {
        let body = try JSONValue(parsing: record.body)
        func text(_ name: String) throws -> String {
            guard let text = body[name]?.stringValue else { throw PipelineDefinition.damaged(record, name) }
            return text
        }
        func list(_ name: String) -> [String] { (body[name]?.arrayValue ?? []).compactMap(\.stringValue) }
        guard let created = body["created"]?.intValue else { throw PipelineDefinition.damaged(record, "created") }
        self.init(
            id: record.id, tenant: record.tenant, user: try text("user"), serviceID: try text("service_id"),
            versionID: try text("version_id"), serviceURI: try text("service_uri"),
            configuration: PipelineConfiguration(body["configuration"] ?? .null),
            correlationID: body["correlation_id"]?.stringValue, sourceSystem: body["source_system"]?.stringValue,
            callPurpose: body["call_purpose"]?.stringValue, recordKeys: list("record_keys"), outputs: list("outputs"),
            subservices: list("subservices"), createdAt: Instant(microseconds: Int64(created)))
    }

    static func damaged(_ record: PipelineRecord, _ field: String) -> CartloadError {
        CartloadError(
            .invalidPipelineRecord, "what is stored of pipeline \(record.id) lacks \(field)",
            advice: "The store is damaged, or of another version.")
    }
}

extension PipelineConfiguration {
    var json: JSONValue {
        .object(
            JSONObject([
                ("initial_workers", .int(initialWorkers)), ("max_workers", .int(maximumWorkers)),
                ("chunks_per_request", .int(chunksPerRequest)), ("runner_thread_count", .int(runnerThreads)),
                ("input_bytes", .int(inputBytes)), ("output_bytes", .int(outputBytes)),
                ("acceptable_error_percentage", .int(acceptableErrorPercentage)), ("priority", .int(priority)),
            ]))
    }

    init(_ value: JSONValue) {
        self.init()
        initialWorkers = value["initial_workers"]?.intValue ?? initialWorkers
        maximumWorkers = value["max_workers"]?.intValue ?? maximumWorkers
        chunksPerRequest = value["chunks_per_request"]?.intValue ?? chunksPerRequest
        runnerThreads = value["runner_thread_count"]?.intValue ?? runnerThreads
        inputBytes = value["input_bytes"]?.intValue ?? inputBytes
        outputBytes = value["output_bytes"]?.intValue ?? outputBytes
        acceptableErrorPercentage = value["acceptable_error_percentage"]?.intValue ?? acceptableErrorPercentage
        priority = value["priority"]?.intValue ?? priority
    }
}
