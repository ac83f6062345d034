// SPDX-License-Identifier: Apache-2.0

internal import CartloadAPI
internal import CartloadCompute
internal import CartloadCore

extension PipelineSnapshot {
    /// The status object.
    ///
    /// - Parameters:
    ///   - asked: When the request came.
    ///   - now: When it is answered.
    func status(asked: Instant, now: Instant) -> PipelineStatus {
        let configuration = definition.configuration
        return PipelineStatus(
            responseTimestamp: now.apiText, requestTimestamp: asked.apiText, batchStatus: state.rawValue,
            pipelineStatus: activity.rawValue, chunksAvailable: counts.chunksAvailable,
            chunksSubmitted: counts.chunksSubmitted, recordsSubmitted: counts.recordsSubmitted,
            chunksCompleted: counts.chunksCompleted, recordsCompleted: counts.recordsCompleted,
            computeTimeMilliseconds: Int(counts.computeTime.rounded()), inputBufferUsedBytes: inputUsed,
            inputBufferRemainingBytes: max(0, configuration.inputBytes - inputUsed),
            outputBufferUsedBytes: outputUsed,
            outputBufferRemainingBytes: max(0, configuration.outputBytes - outputUsed), workersInUse: workersInUse,
            recordsAvailable: counts.recordsAvailable)
    }

    /// The envelope.
    ///
    /// - Parameter isWhole: Whether summary and configuration are wanted.
    func info(now: Instant, isWhole: Bool) -> PipelineInfo {
        PipelineInfo(
            id: definition.id, serviceID: definition.serviceID, versionID: definition.versionID,
            compilerVersion: "Cartload", correlationID: definition.correlationID,
            sourceSystem: definition.sourceSystem,
            uniqueRecordKey: definition.recordKeys.isEmpty ? nil : definition.recordKeys.joined(separator: ","),
            summary: isWhole ? summary(now: now) : nil, configuration: isWhole ? configuration : nil,
            responseTimestamp: now.apiText, batchStatus: state.rawValue, pipelineStatus: activity.rawValue,
            createdBy: definition.user, createdTimestamp: definition.createdAt.apiText,
            updatedTimestamp: updatedAt.apiText, serviceURI: definition.serviceURI)
    }

    private func summary(now: Instant) -> PipelineInfo.Summary {
        var summary = PipelineInfo.Summary()
        summary.chunksSubmitted = counts.chunksSubmitted
        summary.chunksRetried = counts.chunksRetried
        summary.chunksCompleted = counts.chunksCompleted
        summary.chunksFailed = counts.chunksFailed
        summary.inputSizeBytes = counts.inputBytes
        summary.outputSizeBytes = counts.outputBytes
        summary.recordsSubmitted = counts.recordsSubmitted
        summary.recordsRetried = counts.recordsRetried
        summary.recordsCompleted = counts.recordsCompleted
        summary.recordsFailed = counts.recordsFailed
        summary.computeTimeMilliseconds = Int(counts.computeTime.rounded())
        if counts.recordsCompleted > 0 {
            let average = counts.computeTime / Double(counts.recordsCompleted)
            summary.averageComputeTimeMilliseconds = (average * 1000).rounded() / 1000
        }
        let duration = (endedAt ?? now).microseconds - definition.createdAt.microseconds
        summary.batchTimeMilliseconds = Double(max(0, duration)) / 1000
        summary.summaryOutput = aggregates
        return summary
    }

    private var configuration: PipelineInfo.Configuration {
        let wanted = definition.configuration
        var configuration = PipelineInfo.Configuration()
        configuration.initialWorkers = wanted.initialWorkers
        configuration.chunksPerRequest = wanted.chunksPerRequest
        configuration.runnerThreadCount = wanted.runnerThreads
        configuration.acceptableErrorPercentage = wanted.acceptableErrorPercentage
        configuration.inputBufferAllocatedBytes = wanted.inputBytes
        configuration.outputBufferAllocatedBytes = wanted.outputBytes
        configuration.maximumWorkers = wanted.maximumWorkers
        return configuration
    }
}
