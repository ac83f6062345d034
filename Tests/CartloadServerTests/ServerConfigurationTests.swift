// SPDX-License-Identifier: Apache-2.0

import CartloadCompute
import CartloadConfiguration
import CartloadCore
import CartloadHTTP
import CartloadServer
import CartloadStores
import Testing

@Suite struct ServerConfigurationTests {
    private func read(_ text: String) throws -> ServerConfiguration {
        let document = try ConfigurationDocument(parsing: text, source: "server.yaml")
        var configuration = ServerConfiguration(workers: 3)
        try configuration.read(document.value, document.positions, folder: "/etc/cartload")
        return configuration
    }

    private static let hash = Secret(of: "abc").description

    @Test func everySettingIsRead() throws {
        let configuration = try read(
            """
            listen: "[::1]:9000"
            tls: {certificate: cert.pem, key: /keys/key.pem}
            data: state
            services: ./services
            durability: async
            workers: 8
            idle_timeout: 2s
            retention: 90m
            token_lifetime: 5m
            grace: 1s
            open: true
            limits:
              body: 1MB
              connections: 5
              chunks: 6
              memory: 2MB
              pull: 3MB
              input_buffer: 4MB
              output_buffer: 5MB
              wait: 7s
              lease: 8s
            defaults: {input_buffer: 10MB, output_buffer: 11MB, workers: 2, pipelines: 3, weight: 0.5}
            tenants:
              acme:
                weight: 3
                pipelines: 7
                users:
                  ann:
                    permissions: supervisor:pf
                    tokens: ["\(Self.hash)"]
                    api_keys: ["\(Self.hash)"]
                    clients: {robot: "\(Self.hash)"}
                  bob: {}
              other: {}
            """)
        #expect(configuration.listen.description == "[::1]:9000")
        #expect(configuration.tls?.certificate == "/etc/cartload/cert.pem")
        #expect(configuration.tls?.privateKey == "/keys/key.pem")
        #expect(configuration.data == "/etc/cartload/state")
        #expect(configuration.services == "/etc/cartload/./services")
        #expect(configuration.durability == .async)
        let compute = configuration.compute
        #expect(compute.workers == 8)
        #expect(compute.pipeline == PipelineLimits(chunks: 6, idleTimeout: .seconds(2), retention: .seconds(5400)))
        #expect((compute.memoryBytes, compute.pullBytes) == (2_000_000, 3_000_000))
        #expect(configuration.tokenLifetime == .seconds(300))
        #expect(configuration.grace == .seconds(1))
        #expect(configuration.isOpen && configuration.hasDashboard)
        #expect((configuration.bodyBytes, configuration.connections) == (1_000_000, 5))
        #expect(
            configuration.limits
                == ServerLimits(
                    longestWait: .seconds(7), longestLease: .seconds(8), inputBytes: 4_000_000, outputBytes: 5_000_000))
        let usual = TenantLimits(inputBytes: 10_000_000, outputBytes: 11_000_000, workers: 2, pipelines: 3, weight: 0.5)
        #expect(compute.tenant == usual)
        #expect(
            compute.tenants == [
                "acme": TenantLimits(
                    inputBytes: 10_000_000, outputBytes: 11_000_000, workers: 2, pipelines: 7, weight: 3),
                "other": usual,
            ])
        let secret = Secret(of: "abc")
        #expect(
            configuration.accounts.sorted { $0.user < $1.user } == [
                Account(
                    tenant: "acme", user: "ann", permissions: [Account.supervisor], tokens: [secret],
                    apiKeys: [secret], clients: ["robot": secret]),
                Account(tenant: "acme", user: "bob"),
            ])
    }

    @Test func anEmptyFileChangesNothing() throws {
        let configuration = try read("{}")
        #expect(configuration.listen.description == "127.0.0.1:8765")
        #expect(configuration.compute == ComputeOptions(workers: 3))
        #expect(configuration.limits == ServerLimits())
        #expect(configuration.accounts == [])
        #expect(try read("data: none").data == nil)
        #expect(try !read("dashboard: false").hasDashboard)
    }

    @Test(arguments: [
        ("- 1", 1), ("5", 1), ("listen: here", 1), ("\nlisten: 127.0.0.1:99999", 2), ("listen: \"127.0.0.1:\"", 1),
        ("unknown: 1", 1), ("tls: {certificate: a}", 1), ("tls: 5", 1), ("durability: no", 1), ("workers: 0", 1),
        ("workers: x", 1), ("workers: 1.5", 1), ("idle_timeout: soon", 1), ("retention: -1s", 1), ("grace: []", 1),
        ("token_lifetime: x", 1), ("open: maybe", 1), ("dashboard: 5", 1), ("limits: 5", 1), ("limits:\n  body: 0", 2),
        ("limits:\n  body: x", 2), ("limits:\n  body: -5", 2), ("limits:\n  connections: 0", 2),
        ("limits:\n  other: 1", 2), ("limits:\n  wait: x", 2), ("defaults:\n  weight: 0", 2),
        ("defaults:\n  weight: x", 2), ("defaults:\n  users: {}", 2), ("defaults:\n  workers: 0", 2),
        ("tenants: 5", 1), ("tenants:\n  a: 5", 2), ("tenants:\n  a:\n    users: 5", 3),
        ("tenants:\n  a:\n    users:\n      u: 5", 4), ("tenants:\n  a:\n    users:\n      u:\n        x: 5", 5),
        ("tenants:\n  a:\n    users:\n      u:\n        tokens: [secret]", 5),
        ("tenants:\n  a:\n    users:\n      u:\n        api_keys: [5]", 5),
        ("tenants:\n  a:\n    users:\n      u:\n        clients: {c: secret}", 5),
        ("tenants:\n  a:\n    users:\n      u:\n        clients:\n          c: secret", 6),
        ("tenants:\n  a:\n    weight: -1", 3), ("tenants:\n  a:\n    input_buffer: x", 3),
        ("workers: 1025", 1), ("tenants:\n  a/b: {}", 2), ("tenants:\n  '': {}", 2),
        ("tenants:\n  a:\n    users:\n      u:\n        permissions: supervisor", 5),
        ("tenants:\n  a:\n    users:\n      u: {tokens: [\(hash)]}\n      v: {tokens: [\(hash)]}", 5),
        (
            "tenants:\n  a:\n    users:\n      u: {api_keys: [\(hash)]}\n  b:\n    users:\n      u: {api_keys: [\(hash)]}",
            7
        ),
        ("tenants:\n  a:\n    users:\n      u: {clients: {c: \(hash)}}\n      v: {clients: {c: \(hash)}}", 5),
    ])
    func aMistakeIsToldWithItsLine(text: String, line: Int) {
        do {
            _ = try read(text)
            Issue.record("it was taken: \(text)")
        } catch let error as CartloadError {
            #expect(error.location.line ?? 1 == line, "\(text): \(error)")
            #expect(error.location.source == "server.yaml", "\(text)")
            #expect(!error.description.contains("secret\""), "\(error)")
        } catch {
            Issue.record("\(error)")
        }
    }

    @Test(arguments: [
        ("127.0.0.1:8765", "127.0.0.1:8765", true), ("[::1]:0", "[::1]:0", true), (":8080", "[::]:8080", false),
        ("localhost:1", "localhost:1", true), ("0.0.0.0:80", "0.0.0.0:80", false), ("::1:80", "[::1]:80", true),
    ])
    func anAddressIsRead(text: String, whole: String, isLoopback: Bool) throws {
        let address = try #require(ListenAddress(text))
        #expect(address.description == whole)
        #expect(address.isLoopback == isLoopback)
    }
}
