// SPDX-License-Identifier: Apache-2.0

public import CartloadCore

/// A pipeline as it is stored.
public struct PipelineRecord: Sendable, Hashable {
    /// A UUID in lower case.
    public var id: String
    public var tenant: String
    /// JSON: everything else that the engine knows of it. Opaque to a store.
    public var body: Bytes

    public init(id: String, tenant: String, body: Bytes) {
        self.id = id
        self.tenant = tenant
        self.body = body
    }
}
