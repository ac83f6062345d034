// SPDX-License-Identifier: Apache-2.0

import CartloadAPI
import CartloadCompute
import CartloadTesting
import Testing

@testable import CartloadServer

@Suite struct AccountsTests {
    private let clock = ManualClock(.seconds(5))

    private func accounts(isOpen: Bool = false) -> Accounts {
        Accounts(
            [
                Account(
                    tenant: "t", user: "ann", permissions: [Account.supervisor], tokens: [Secret(of: "token")],
                    apiKeys: [Secret(of: "key")], clients: ["c": Secret(of: "s")]),
                Account(tenant: "t", user: "bob", tokens: [Secret(of: "bob")], apiKeys: [Secret(of: "bobkey")]),
                Account(tenant: "x", user: "eve", tokens: [Secret(of: "eve")], clients: ["c": Secret(of: "other")]),
            ], isOpen: isOpen, tokenLifetime: .seconds(100), clock: clock.runClock)
    }

    private func user(_ accounts: Accounts, token: String? = nil, key: String? = nil, tenant: String = "t") -> String {
        do {
            let caller = try accounts.caller(Accounts.Credentials(token: token, apiKey: key), tenant: tenant)
            return caller.user + (caller.seesAll ? "+" : "")
        } catch let fault as APIFault {
            return "\(fault.status) \(fault.code)"
        } catch {
            return "\(error)"
        }
    }

    @Test(
        arguments: [
            (nil, nil, "t", "401 INVALID_TOKEN", "anonymous+"), ("open", nil, "t", "401 INVALID_TOKEN", "anonymous+"),
            (nil, "open", "t", "401 INVALID_TOKEN", "anonymous+"), ("token", nil, "t", "ann+", "ann+"),
            ("bob", nil, "t", "bob", "bob"), (nil, "bobkey", "t", "bob", "bob"),
            ("nobody", nil, "t", "401 INVALID_TOKEN", "401 INVALID_TOKEN"),
            ("None", nil, "t", "401 INVALID_TOKEN", "401 INVALID_TOKEN"),
            (nil, "token", "t", "401 INVALID_TOKEN", "401 INVALID_TOKEN"),
            // The key wins, also when it is wrong.
            ("token", "bobkey", "t", "bob", "bob"), ("token", "wrong", "t", "401 INVALID_TOKEN", "401 INVALID_TOKEN"),
            ("wrong", "key", "t", "ann+", "ann+"), ("token", "open", "t", "ann+", "ann+"),
            ("eve", nil, "t", "403 TENANT_MISMATCH", "403 TENANT_MISMATCH"), ("eve", nil, "x", "eve", "eve"),
            ("token", nil, "", "403 TENANT_MISMATCH", "403 TENANT_MISMATCH"),
        ] as [(String?, String?, String, String, String)])
    func credentialsSayWhoAsks(token: String?, key: String?, tenant: String, closed: String, open: String) {
        #expect(user(accounts(), token: token, key: key, tenant: tenant) == closed)
        #expect(user(accounts(isOpen: true), token: token, key: key, tenant: tenant) == open)
    }

    @Test func aClientsTokenIsValidForItsTime() throws {
        let accounts = accounts()
        let token = try accounts.issue(tenant: "t", client: "c", secret: "s")
        #expect(token.lifetime == .seconds(100))
        #expect(token.text.hasPrefix("clo_"))
        #expect(user(accounts, token: token.text) == "ann+")
        #expect(user(accounts, token: token.text, tenant: "x") == "403 TENANT_MISMATCH")
        clock.advance(by: .seconds(99))
        #expect(user(accounts, token: token.text) == "ann+")
        let second = try accounts.issue(tenant: "t", client: "c", secret: "s")
        clock.advance(by: .seconds(1))
        #expect(user(accounts, token: token.text) == "401 INVALID_TOKEN")
        #expect(user(accounts, token: second.text) == "ann+")
    }

    @Test(arguments: [
        ("t", "c", "other"), ("t", "c", ""), ("t", "", "s"), ("", "c", "s"), ("x", "c", "s"), ("t", "d", "s"),
        ("t\nc", "", "s"),
    ])
    func aWrongClientGetsNoToken(tenant: String, client: String, secret: String) {
        #expect(throws: APIFault.self) { try accounts().issue(tenant: tenant, client: client, secret: secret) }
    }

    @Test func theOldestTokensGoWhereThereAreTooMany() throws {
        let accounts = accounts()
        let first = try accounts.issue(tenant: "t", client: "c", secret: "s")
        let second = try accounts.issue(tenant: "t", client: "c", secret: "s")
        for _ in 0..<(Accounts.maximumTokens - 1) { _ = try accounts.issue(tenant: "t", client: "c", secret: "s") }
        #expect(user(accounts, token: first.text) == "401 INVALID_TOKEN")
        #expect(user(accounts, token: second.text) == "ann+")
    }
}
