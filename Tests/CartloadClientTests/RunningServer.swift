// SPDX-License-Identifier: Apache-2.0

import CartloadClient
import CartloadHTTP
import CartloadServer
import CartloadServices

/// A server in this process, with the demo services, for a tenant `demo` with a token, a key and a client.
struct RunningServer {
    let address: HTTPServerAddress
    private let server: BatchesServer
    private let serving: Task<Void, any Error>

    init() throws {
        var configuration = ServerConfiguration(workers: 2)
        configuration.listen.port = 0
        configuration.accounts = [
            Account(
                tenant: "demo", user: "u", tokens: [Secret(of: "secret")], apiKeys: [Secret(of: "key")],
                clients: ["robot": Secret(of: "password")])
        ]
        let server = try BatchesServer(configuration, services: DemoServices.all)
        self.server = server
        address = try server.start()
        serving = Task { try await server.serve() }
    }

    func client(_ authentication: Authentication = .token("secret")) throws -> BatchesClient {
        try BatchesClient(
            "\(address)/demo", authentication: authentication, options: ClientOptions(timeout: .seconds(600)))
    }

    /// Runs a body against a server of its own.
    static func with(_ body: (RunningServer) async throws -> Void) async throws {
        let server = try RunningServer()
        do {
            try await body(server)
        } catch {
            try await server.stop()
            throw error
        }
        try await server.stop()
    }

    func stop() async throws {
        await server.drain()
        try await serving.value
    }
}
