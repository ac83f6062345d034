// SPDX-License-Identifier: Apache-2.0

public import CartloadCore

/// What a pipeline is from its creation on.
public struct PipelineDefinition: Sendable, Hashable {
    /// A UUID in lower case.
    public var id: String
    public var tenant: String
    /// Who created it.
    public var user: String
    public var serviceID: String
    public var versionID: String
    /// `folder/service[version]`.
    public var serviceURI: String
    public var configuration: PipelineConfiguration
    public var correlationID: String?
    public var sourceSystem: String?
    public var callPurpose: String?
    /// Names of inputs that tell records apart.
    public var recordKeys: [String]
    public var outputs: [String]
    public var subservices: [String]
    public var createdAt: Instant

    public init(
        id: String, tenant: String, user: String, serviceID: String, versionID: String, serviceURI: String,
        configuration: PipelineConfiguration, correlationID: String? = nil, sourceSystem: String? = nil,
        callPurpose: String? = nil, recordKeys: [String] = [], outputs: [String] = [], subservices: [String] = [],
        createdAt: Instant
    ) {
        self.id = id
        self.tenant = tenant
        self.user = user
        self.serviceID = serviceID
        self.versionID = versionID
        self.serviceURI = serviceURI
        self.configuration = configuration
        self.correlationID = correlationID
        self.sourceSystem = sourceSystem
        self.callPurpose = callPurpose
        self.recordKeys = recordKeys
        self.outputs = outputs
        self.subservices = subservices
        self.createdAt = createdAt
    }
}
