// SPDX-License-Identifier: Apache-2.0

/// What a pipeline is created with.
public struct PipelineRequest: Sendable, Hashable {
    public var service: ServiceLocator
    public var configuration: PipelineConfiguration
    public var correlationID: String?
    public var sourceSystem: String?
    public var callPurpose: String?
    public var recordKeys: [String]
    public var outputs: [String]
    public var subservices: [String]

    public init(
        service: ServiceLocator, configuration: PipelineConfiguration = PipelineConfiguration(),
        correlationID: String? = nil, sourceSystem: String? = nil, callPurpose: String? = nil,
        recordKeys: [String] = [], outputs: [String] = [], subservices: [String] = []
    ) {
        self.service = service
        self.configuration = configuration
        self.correlationID = correlationID
        self.sourceSystem = sourceSystem
        self.callPurpose = callPurpose
        self.recordKeys = recordKeys
        self.outputs = outputs
        self.subservices = subservices
    }
}

/// Who wants a pipeline, and what they call the request: the same again finds what it created.
struct PipelineCreation: Sendable, Hashable {
    var caller: Caller
    var requestID: String
    var request: PipelineRequest
}
