// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore

extension Account {
    /// What a file says of a user.
    ///
    /// - Throws: `CartloadError` located at the line.
    init(_ tenant: String, _ user: String, _ part: Configuration) throws {
        func secrets(_ name: String) throws -> Set<Secret> {
            Set(
                try (part.strings(name) ?? []).map { text in
                    guard let secret = Secret(text) else { throw part.wrong(name, Account.noHash) }
                    return secret
                })
        }
        var clients: [String: Secret] = [:]
        for (id, value) in part["clients"]?.objectValue?.members ?? [] {
            guard let secret = value.stringValue.flatMap(Secret.init) else {
                throw part.wrong("clients.\(id)", Account.noHash)
            }
            clients[id] = secret
        }
        let permissions = Set(part.strings("permissions") ?? [])
        // One that is misspelt would be missed by nobody until it is needed.
        if let unknown = permissions.first(where: { $0 != Account.supervisor }) {
            throw part.wrong("permissions", "may be \(Account.supervisor), not \"\(unknown)\"")
        }
        self.init(
            tenant: tenant, user: user, permissions: permissions,
            tokens: try secrets("tokens"), apiKeys: try secrets("api_keys"), clients: clients)
    }

    /// Makes sure that no other user has what this one is known by: nobody could tell who sends it.
    ///
    /// - Parameter owners: By what they are known by, those before.
    /// - Throws: `CartloadError` located at the line.
    func claim(_ owners: inout [String: String], _ part: Configuration) throws {
        let tokens = tokens.map { ("tokens", "token \($0)") }
        let keys = apiKeys.map { ("api_keys", "key \($0)") }
        let clients = clients.keys.map { ("clients", "client \($0) of \(tenant)") }
        for (field, known) in tokens + keys + clients {
            if let other = owners.updateValue("\(user) of \(tenant)", forKey: known) {
                throw part.wrong(field, "has one that \(other) has too")
            }
        }
    }

    private static let noHash = "must be hashes, as `cartload serve token create` prints them: sha256: and 64 digits"
}
