// SPDX-License-Identifier: Apache-2.0

public import CartloadCore

/// The status object of push, status and pull: sixteen fields that are always there.
public struct PipelineStatus: Sendable, Hashable {
    public var responseTimestamp: String
    public var requestTimestamp: String
    /// One of eight: `created`, `in_progress`, `closed`, `closed_by_timeout`, `completed`, `completed_by_timeout`, `failed`,
    /// `cancelled`.
    public var batchStatus: String
    /// `active`, `idle`, `paused` or `closed`.
    public var pipelineStatus: String
    /// Finished and not yet pulled.
    public var chunksAvailable: Int
    public var chunksSubmitted: Int
    /// Written `record_submitted`.
    public var recordsSubmitted: Int
    public var chunksCompleted: Int
    /// Records that failed are also completed.
    public var recordsCompleted: Int
    public var computeTimeMilliseconds: Int
    public var inputBufferUsedBytes: Int
    public var inputBufferRemainingBytes: Int
    public var outputBufferUsedBytes: Int
    public var outputBufferRemainingBytes: Int
    public var workersInUse: Int
    public var recordsAvailable: Int

    public init(
        responseTimestamp: String, requestTimestamp: String, batchStatus: String, pipelineStatus: String,
        chunksAvailable: Int, chunksSubmitted: Int, recordsSubmitted: Int, chunksCompleted: Int, recordsCompleted: Int,
        computeTimeMilliseconds: Int, inputBufferUsedBytes: Int, inputBufferRemainingBytes: Int,
        outputBufferUsedBytes: Int, outputBufferRemainingBytes: Int, workersInUse: Int, recordsAvailable: Int
    ) {
        self.responseTimestamp = responseTimestamp
        self.requestTimestamp = requestTimestamp
        self.batchStatus = batchStatus
        self.pipelineStatus = pipelineStatus
        self.chunksAvailable = chunksAvailable
        self.chunksSubmitted = chunksSubmitted
        self.recordsSubmitted = recordsSubmitted
        self.chunksCompleted = chunksCompleted
        self.recordsCompleted = recordsCompleted
        self.computeTimeMilliseconds = computeTimeMilliseconds
        self.inputBufferUsedBytes = inputBufferUsedBytes
        self.inputBufferRemainingBytes = inputBufferRemainingBytes
        self.outputBufferUsedBytes = outputBufferUsedBytes
        self.outputBufferRemainingBytes = outputBufferRemainingBytes
        self.workersInUse = workersInUse
        self.recordsAvailable = recordsAvailable
    }

    /// Writes the object; without a value tree, because nothing is asked for more often.
    public func write(into output: inout BytesBuilder) {
        output.append(#"{"response_timestamp":""#)
        output.append(responseTimestamp)
        output.append(#"","request_timestamp":""#)
        output.append(requestTimestamp)
        output.append(#"","batch_status":""#)
        output.append(batchStatus)
        output.append(#"","pipeline_status":""#)
        output.append(pipelineStatus)
        output.append(#"","chunks_available":"#)
        output.append(String(chunksAvailable))
        output.append(#","chunks_submitted":"#)
        output.append(String(chunksSubmitted))
        output.append(#","record_submitted":"#)
        output.append(String(recordsSubmitted))
        output.append(#","chunks_completed":"#)
        output.append(String(chunksCompleted))
        output.append(#","records_completed":"#)
        output.append(String(recordsCompleted))
        output.append(#","compute_time_ms":"#)
        output.append(String(computeTimeMilliseconds))
        output.append(#","input_buffer_used_bytes":"#)
        output.append(String(inputBufferUsedBytes))
        output.append(#","input_buffer_remaining_bytes":"#)
        output.append(String(inputBufferRemainingBytes))
        output.append(#","output_buffer_used_bytes":"#)
        output.append(String(outputBufferUsedBytes))
        output.append(#","output_buffer_remaining_bytes":"#)
        output.append(String(outputBufferRemainingBytes))
        output.append(#","workers_in_use":"#)
        output.append(String(workersInUse))
        output.append(#","records_available":"#)
        output.append(String(recordsAvailable))
        output.append("}")
    }

    /// Reads an answer; a number that is missing is 0.
    public init?(_ value: JSONValue) {
        guard let batchStatus = value["batch_status"]?.stringValue else { return nil }
        func number(_ name: String) -> Int { value[name]?.doubleValue.flatMap { Int(exactly: $0.rounded()) } ?? 0 }
        self.init(
            responseTimestamp: value["response_timestamp"]?.stringValue ?? "",
            requestTimestamp: value["request_timestamp"]?.stringValue ?? "", batchStatus: batchStatus,
            pipelineStatus: value["pipeline_status"]?.stringValue ?? "", chunksAvailable: number("chunks_available"),
            chunksSubmitted: number("chunks_submitted"), recordsSubmitted: number("record_submitted"),
            chunksCompleted: number("chunks_completed"), recordsCompleted: number("records_completed"),
            computeTimeMilliseconds: number("compute_time_ms"),
            inputBufferUsedBytes: number("input_buffer_used_bytes"),
            inputBufferRemainingBytes: number("input_buffer_remaining_bytes"),
            outputBufferUsedBytes: number("output_buffer_used_bytes"),
            outputBufferRemainingBytes: number("output_buffer_remaining_bytes"),
            workersInUse: number("workers_in_use"), recordsAvailable: number("records_available"))
    }
}
