// SPDX-License-Identifier: Apache-2.0

public import CartloadCore

/// The answer to describe: a tenant's pipelines, and what it uses.
public struct PipelineList: Sendable, Hashable {
    public var inProgress: [PipelineInfo]
    /// Those that ended within the last hour.
    public var recent: [PipelineInfo]
    public var inputBufferAllocatedBytes: Int
    public var outputBufferAllocatedBytes: Int
    public var maximumWorkers: Int
    public var inputBufferUsedBytes: Int
    public var outputBufferUsedBytes: Int
    public var workersInUse: Int

    public init(
        inProgress: [PipelineInfo], recent: [PipelineInfo], inputBufferAllocatedBytes: Int,
        outputBufferAllocatedBytes: Int, maximumWorkers: Int, inputBufferUsedBytes: Int, outputBufferUsedBytes: Int,
        workersInUse: Int
    ) {
        self.inProgress = inProgress
        self.recent = recent
        self.inputBufferAllocatedBytes = inputBufferAllocatedBytes
        self.outputBufferAllocatedBytes = outputBufferAllocatedBytes
        self.maximumWorkers = maximumWorkers
        self.inputBufferUsedBytes = inputBufferUsedBytes
        self.outputBufferUsedBytes = outputBufferUsedBytes
        self.workersInUse = workersInUse
    }

    public var json: JSONValue {
        let configuration = JSONObject([
            ("input_buffer_allocated_bytes", .int(inputBufferAllocatedBytes)),
            ("output_buffer_allocated_bytes", .int(outputBufferAllocatedBytes)), ("max_workers", .int(maximumWorkers)),
        ])
        let status = JSONObject([
            ("input_buffer_used_bytes", .int(inputBufferUsedBytes)),
            ("input_buffer_remaining_bytes", .int(max(0, inputBufferAllocatedBytes - inputBufferUsedBytes))),
            ("output_buffer_used_bytes", .int(outputBufferUsedBytes)),
            ("output_buffer_remaining_bytes", .int(max(0, outputBufferAllocatedBytes - outputBufferUsedBytes))),
            ("workers_in_use", .int(workersInUse)),
        ])
        return .object(
            JSONObject([
                ("in_progress_batches", .array(inProgress.map(\.row))), ("recent_batches", .array(recent.map(\.row))),
                (
                    "tenant",
                    .object(JSONObject([("configuration", .object(configuration)), ("status", .object(status))]))
                ),
                ("environment", .object(JSONObject([("update", .int(1))]))),
            ]))
    }

    public init?(_ value: JSONValue) {
        guard let running = value["in_progress_batches"]?.arrayValue, let recent = value["recent_batches"]?.arrayValue
        else { return nil }
        func number(_ part: String, _ name: String) -> Int { value["tenant"]?[part]?[name]?.intValue ?? 0 }
        self.init(
            inProgress: running.compactMap(PipelineInfo.init), recent: recent.compactMap(PipelineInfo.init),
            inputBufferAllocatedBytes: number("configuration", "input_buffer_allocated_bytes"),
            outputBufferAllocatedBytes: number("configuration", "output_buffer_allocated_bytes"),
            maximumWorkers: number("configuration", "max_workers"),
            inputBufferUsedBytes: number("status", "input_buffer_used_bytes"),
            outputBufferUsedBytes: number("status", "output_buffer_used_bytes"),
            workersInUse: number("status", "workers_in_use"))
    }
}
