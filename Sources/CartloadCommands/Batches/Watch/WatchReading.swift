// SPDX-License-Identifier: Apache-2.0

internal import CartloadAPI
internal import CartloadCore

/// How a pipeline stands at a moment, as the server says.
struct WatchReading: Sendable, Hashable {
    var id: String
    var service: String
    var failedRecords = 0
    var status: PipelineStatus

    /// What a pipeline is called here that the server does not know any more.
    static let forgotten = "forgotten"

    /// Whether nothing more will be run.
    var isOver: Bool { status.isOver || status.batchStatus == WatchReading.forgotten }
    /// Whether it ended otherwise than it should.
    var hasFailed: Bool { ["failed", "cancelled"].contains(status.batchStatus) }

    /// What everything but the times is; another one is a change.
    var state: WatchReading {
        var copy = self
        copy.status.responseTimestamp = ""
        copy.status.requestTimestamp = ""
        return copy
    }
}

extension WatchReading {
    /// - Parameter status: What the pipeline itself says; without it there are only the sums.
    init(_ info: PipelineInfo, _ status: PipelineStatus?) {
        let summary = info.summary ?? PipelineInfo.Summary()
        self.init(
            id: info.id, service: info.serviceURI, failedRecords: summary.recordsFailed,
            status: status
                ?? PipelineStatus(
                    responseTimestamp: info.responseTimestamp, requestTimestamp: info.responseTimestamp,
                    batchStatus: info.batchStatus, pipelineStatus: info.pipelineStatus ?? "", chunksAvailable: 0,
                    chunksSubmitted: summary.chunksSubmitted, recordsSubmitted: summary.recordsSubmitted,
                    chunksCompleted: summary.chunksCompleted, recordsCompleted: summary.recordsCompleted,
                    computeTimeMilliseconds: summary.computeTimeMilliseconds, inputBufferUsedBytes: 0,
                    inputBufferRemainingBytes: 0, outputBufferUsedBytes: 0, outputBufferRemainingBytes: 0,
                    workersInUse: 0, recordsAvailable: 0))
    }
}
