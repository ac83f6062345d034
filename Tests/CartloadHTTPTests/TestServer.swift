// SPDX-License-Identifier: Apache-2.0

import CartloadHTTP
import TestSupport

/// Runs a server on a port of its own for as long as the body runs.
func withServer(
    _ handler: some HTTPHandler, _ change: (inout HTTPServerOptions) -> Void = { _ in },
    _ body: (BeastServer, Int) async throws -> Void
) async throws {
    var options = HTTPServerOptions()
    // Long enough for a machine that does many other things.
    options.headerDeadline = .seconds(120)
    options.bodyDeadline = .seconds(120)
    options.writeDeadline = .seconds(120)
    options.idleDeadline = .seconds(120)
    change(&options)
    let server = BeastServer(options)
    let address = try server.start()
    try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { try await server.serve(handler) }
        do {
            try await body(server, address.port)
        } catch {
            await server.drain(within: .zero)
            throw error
        }
        await server.drain(within: .zero)
        try await group.waitForAll()
    }
}

/// Sends bytes on a connection of its own and reads until the server closes.
func exchange(_ port: Int, _ request: String) async throws -> String {
    try await onThread {
        let client = try RawClient(port)
        try client.send(request)
        return try client.readAll()
    }
}
