// SPDX-License-Identifier: Apache-2.0

/// A user of a tenant, and how requests prove to be theirs.
public struct Account: Sendable, Hashable {
    /// The permission to see the pipelines of all users of the tenant.
    public static let supervisor = "supervisor:pf"

    public var tenant: String
    public var user: String
    public var permissions: Set<String>
    /// Of bearer tokens.
    public var tokens: Set<Secret>
    /// Of API keys.
    public var apiKeys: Set<Secret>
    /// OAuth2 clients: their ids and the hashes of their secrets.
    public var clients: [String: Secret]

    public init(
        tenant: String, user: String, permissions: Set<String> = [], tokens: Set<Secret> = [],
        apiKeys: Set<Secret> = [], clients: [String: Secret] = [:]
    ) {
        self.tenant = tenant
        self.user = user
        self.permissions = permissions
        self.tokens = tokens
        self.apiKeys = apiKeys
        self.clients = clients
    }
}
