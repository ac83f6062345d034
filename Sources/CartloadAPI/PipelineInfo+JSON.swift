// SPDX-License-Identifier: Apache-2.0

public import CartloadCore

extension PipelineInfo {
    private static func text(_ value: String?) -> JSONValue { value.map { .string($0) } ?? .null }

    /// The answer to create, close and cancel, and to info where there are a summary and a configuration.
    public var json: JSONValue {
        var data = JSONObject([
            ("service_id", .string(serviceID)), ("version_id", .string(versionID)),
            ("compiler_version", .string(compilerVersion)), ("correlation_id", PipelineInfo.text(correlationID)),
            ("source_system", PipelineInfo.text(sourceSystem)),
            ("unique_record_key", PipelineInfo.text(uniqueRecordKey)),
        ])
        data["summary"] = summary?.json
        data["configuration"] = configuration?.json
        return envelope(data)
    }

    /// A row of describe.
    public var row: JSONValue {
        var data = JSONObject([("pipeline_status", PipelineInfo.text(pipelineStatus))])
        data["summary"] = summary?.shortJSON
        return envelope(data)
    }

    private func envelope(_ beginning: JSONObject) -> JSONValue {
        var data = beginning
        data["response_timestamp"] = .string(responseTimestamp)
        data["batch_status"] = .string(batchStatus)
        data["created_by"] = .string(createdBy)
        data["created_timestamp"] = .string(createdTimestamp)
        data["updated_timestamp"] = .string(updatedTimestamp)
        data["service_uri"] = .string(serviceURI)
        return .object(JSONObject([("object", "batch"), ("id", .string(id)), ("data", .object(data))]))
    }

    /// Reads an envelope or a row.
    public init?(_ value: JSONValue) {
        guard let id = value["id"]?.stringValue, let data = value["data"] else { return nil }
        func text(_ name: String) -> String { data[name]?.stringValue ?? "" }
        self.init(
            id: id, serviceID: text("service_id"), versionID: text("version_id"),
            compilerVersion: text("compiler_version"), correlationID: data["correlation_id"]?.stringValue,
            sourceSystem: data["source_system"]?.stringValue, uniqueRecordKey: data["unique_record_key"]?.stringValue,
            summary: data["summary"].map(Summary.init), configuration: data["configuration"].map(Configuration.init),
            responseTimestamp: text("response_timestamp"), batchStatus: text("batch_status"),
            pipelineStatus: data["pipeline_status"]?.stringValue, createdBy: text("created_by"),
            createdTimestamp: text("created_timestamp"), updatedTimestamp: text("updated_timestamp"),
            serviceURI: text("service_uri"))
    }
}

extension PipelineInfo.Summary {
    var json: JSONValue {
        .object(
            JSONObject([
                ("chunks_submitted", .int(chunksSubmitted)), ("chunks_retried", .int(chunksRetried)),
                ("chunks_completed", .int(chunksCompleted)), ("chunks_failed", .int(chunksFailed)),
                ("input_size_bytes", .int(inputSizeBytes)), ("output_size_bytes", .int(outputSizeBytes)),
                ("avg_compute_time_ms", .double(averageComputeTimeMilliseconds)),
                ("records_submitted", .int(recordsSubmitted)), ("records_retried", .int(recordsRetried)),
                ("records_completed", .int(recordsCompleted)), ("records_failed", .int(recordsFailed)),
                ("compute_time_ms", .int(computeTimeMilliseconds)), ("batch_time_ms", .double(batchTimeMilliseconds)),
                ("summary_output", summaryOutput),
            ]))
    }

    /// The five numbers of a row of describe.
    var shortJSON: JSONValue {
        .object(
            JSONObject([
                ("records_submitted", .int(recordsSubmitted)), ("records_failed", .int(recordsFailed)),
                ("records_completed", .int(recordsCompleted)), ("compute_time_ms", .int(computeTimeMilliseconds)),
                ("batch_time_ms", .double(batchTimeMilliseconds)),
            ]))
    }

    init(_ value: JSONValue) {
        self.init()
        func number(_ name: String) -> Int { value[name]?.doubleValue.flatMap { Int(exactly: $0.rounded()) } ?? 0 }
        chunksSubmitted = number("chunks_submitted")
        chunksRetried = number("chunks_retried")
        chunksCompleted = number("chunks_completed")
        chunksFailed = number("chunks_failed")
        inputSizeBytes = number("input_size_bytes")
        outputSizeBytes = number("output_size_bytes")
        averageComputeTimeMilliseconds = value["avg_compute_time_ms"]?.doubleValue ?? 0
        recordsSubmitted = number("records_submitted")
        recordsRetried = number("records_retried")
        recordsCompleted = number("records_completed")
        recordsFailed = number("records_failed")
        computeTimeMilliseconds = number("compute_time_ms")
        batchTimeMilliseconds = value["batch_time_ms"]?.doubleValue ?? 0
        summaryOutput = value["summary_output"] ?? summaryOutput
    }
}

extension PipelineInfo.Configuration {
    var json: JSONValue {
        .object(
            JSONObject([
                ("initial_workers", .int(initialWorkers)), ("chunks_per_request", .int(chunksPerRequest)),
                ("runner_thread_count", .int(runnerThreadCount)),
                ("acceptable_error_percentage", .int(acceptableErrorPercentage)),
                ("input_buffer_allocated_bytes", .int(inputBufferAllocatedBytes)),
                ("output_buffer_allocated_bytes", .int(outputBufferAllocatedBytes)),
                ("max_workers", .int(maximumWorkers)),
            ]))
    }

    init(_ value: JSONValue) {
        self.init()
        func number(_ name: String) -> Int { value[name]?.doubleValue.flatMap { Int(exactly: $0.rounded()) } ?? 0 }
        initialWorkers = number("initial_workers")
        chunksPerRequest = number("chunks_per_request")
        runnerThreadCount = number("runner_thread_count")
        acceptableErrorPercentage = number("acceptable_error_percentage")
        inputBufferAllocatedBytes = number("input_buffer_allocated_bytes")
        outputBufferAllocatedBytes = number("output_buffer_allocated_bytes")
        maximumWorkers = number("max_workers")
    }
}
