// SPDX-License-Identifier: Apache-2.0

/// Who asks: pipelines of other tenants, and of other users unless that is allowed, do not exist for them.
public struct Caller: Sendable, Hashable {
    public var tenant: String
    public var user: String
    /// Whether the pipelines of all users of the tenant are theirs too.
    public var seesAll: Bool

    public init(tenant: String, user: String, seesAll: Bool = false) {
        self.tenant = tenant
        self.user = user
        self.seesAll = seesAll
    }

    func sees(_ definition: PipelineDefinition) -> Bool {
        definition.tenant == tenant && (seesAll || definition.user == user)
    }
}
