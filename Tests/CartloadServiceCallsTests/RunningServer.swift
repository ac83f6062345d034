// SPDX-License-Identifier: Apache-2.0

import CartloadHTTP
import CartloadServer
import CartloadServices

/// A server in this process, with the demo services, for a tenant `demo` and a token `secret`.
struct RunningServer {
    let address: HTTPServerAddress
    private let server: BatchesServer
    private let serving: Task<Void, any Error>

    init() throws {
        var configuration = ServerConfiguration(workers: 2)
        configuration.listen.port = 0
        configuration.accounts = [Account(tenant: "demo", user: "u", tokens: [Secret(of: "secret")])]
        let server = try BatchesServer(configuration, services: DemoServices.all)
        self.server = server
        address = try server.start()
        serving = Task { try await server.serve() }
    }

    func stop() async throws {
        await server.drain()
        try await serving.value
    }
}
