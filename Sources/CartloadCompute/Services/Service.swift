// SPDX-License-Identifier: Apache-2.0

public import CartloadCore

/// One version of a service: what it takes and gives, and what runs it.
public struct Service: Sendable {
    /// Names every version of the service: a UUID, or any text without `/`.
    public var serviceID: String
    /// Names this version among those of all services.
    public var versionID: String
    public var folder: String
    public var name: String
    /// Such as `1.4.2`; compared number by number where both have numbers.
    public var version: String
    /// From when on it is the one that `version_by_timestamp` finds.
    public var activeSince: Instant
    /// The inputs that it knows; empty for a service that takes any.
    public var inputs: [ServiceField]
    /// The outputs in the order of result columns; empty for a service whose outputs are what it gives.
    public var outputs: [String]
    /// Sets of outputs with a name.
    public var subservices: [String: [String]]
    public var limits: ServiceLimits
    /// Another text whenever something else runs it, so that no worker of before is used for it.
    public var revision: String
    public var runner: any ServiceRunner

    public init(
        serviceID: String, versionID: String, folder: String, name: String, version: String,
        activeSince: Instant = .earliest, inputs: [ServiceField] = [], outputs: [String] = [],
        subservices: [String: [String]] = [:], limits: ServiceLimits = ServiceLimits(), revision: String = "",
        runner: any ServiceRunner
    ) {
        self.serviceID = serviceID
        self.versionID = versionID
        self.folder = folder
        self.name = name
        self.version = version
        self.activeSince = activeSince
        self.inputs = inputs
        self.outputs = outputs
        self.subservices = subservices
        self.limits = limits
        self.revision = revision
        self.runner = runner
    }

    /// `folder/service[version]`, as every answer names it.
    public var uri: String { "\(folder)/\(name)[\(version)]" }
}
