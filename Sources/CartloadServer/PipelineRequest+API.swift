// SPDX-License-Identifier: Apache-2.0

internal import CartloadAPI
internal import CartloadCompute
internal import CartloadCore

extension PipelineRequest {
    /// What a body asks for, within what the tenant may have.
    ///
    /// - Throws: `APIFault` where it names no service.
    init(_ body: CreateRequest, _ limits: TenantLimits, _ server: ServerLimits) throws {
        let service: ServiceLocator
        if let version = body.versionID {
            service = .version(version)
        } else if let name = body.service {
            service = .service(name, at: body.versionByTimestamp)
        } else {
            throw APIFault.invalid("the body names neither a service nor a version_id", code: "SERVICE_REQUIRED")
        }
        var configuration = PipelineConfiguration()
        configuration.initialWorkers = body.initialWorkers ?? configuration.initialWorkers
        configuration.maximumWorkers =
            body.maximumWorkers ?? max(configuration.maximumWorkers, configuration.initialWorkers)
        configuration.chunksPerRequest = body.chunksPerRequest ?? configuration.chunksPerRequest
        configuration.runnerThreads = body.runnerThreadCount ?? configuration.runnerThreads
        configuration.inputBytes = min(body.inputBytes ?? server.inputBytes, limits.inputBytes)
        configuration.outputBytes = min(body.outputBytes ?? server.outputBytes, limits.outputBytes)
        configuration.acceptableErrorPercentage = body.acceptableErrorPercentage ?? 0
        configuration.priority = body.priority ?? configuration.priority
        self.init(
            service: service, configuration: configuration, correlationID: body.correlationID,
            sourceSystem: body.sourceSystem, callPurpose: body.callPurpose, recordKeys: body.uniqueRecordKeys,
            outputs: body.outputs, subservices: body.subservices)
    }
}
